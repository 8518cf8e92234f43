package org.anyarch.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.anyarch.kernel.Errno;
import org.anyarch.kernel.KernelException;
import org.anyarch.session.Session;

/// `anyarch exec`: a command below which everything foreign is emulated.
final class ExecCommand implements Command {
  @Override
  public CommandSpec spec() {
    return new CommandSpec(
        "exec",
        "run a command; foreign programs that it starts are emulated",
        "[--] COMMAND [ARG...]",
        """
        Runs COMMAND in a private session: a user, mount and PID namespace in which it is root and in which programs of
        other architectures run, because the session has handlers of its own. The host's are not touched. The command
        keeps terminal, standard streams, signals and exit status; what it leaves running ends with it.
        Without --platform every guest is enabled for which there is an emulator on this machine.""",
        List.of(ForeignPrograms.PLATFORM),
        true,
        List.of(
            new CommandSpec.Example(
                "anyarch exec -- chroot ./arm64-root uname -m",
                "a program in a foreign root folder"),
            new CommandSpec.Example(
                "anyarch exec --platform s390x -- buildah bud .",
                "another builder, emulated without its knowledge")));
  }

  @Override
  public int run(Arguments arguments, Context context)
      throws UsageException, CommandException, IOException, InterruptedException {
    List<String> command = arguments.operands();
    if (command.isEmpty()) {
      throw new UsageException("name a command to run");
    }
    var platforms = ForeignPrograms.platforms(arguments);
    ForeignPrograms.session(context);
    ForeignPrograms.enable(context, platforms);
    Map<String, String> environment = new HashMap<>(context.environment());
    environment.remove(Session.VARIABLE);
    Path program = find(command.getFirst(), context);
    context.out().flush();
    KernelException failure =
        context.kernel().get().programs().replace(program, command, environment);
    int code = failure.errno().equals(Errno.ENOENT) ? ExitCode.NOT_FOUND : ExitCode.NOT_EXECUTABLE;
    throw new CommandException(code, failure.getMessage(), failure);
  }

  /// As execvp(3) looks for it.
  private static Path find(String name, Context context) throws CommandException {
    if (name.contains("/")) {
      return context.workingFolder().resolve(name);
    }
    for (String folder :
        context.environment().getOrDefault("PATH", "/usr/bin:/bin").split(":", -1)) {
      Path path = context.workingFolder().resolve(folder).resolve(name);
      if (Files.isRegularFile(path) && Files.isExecutable(path)) {
        return path;
      }
    }
    throw new CommandException(ExitCode.NOT_FOUND, name + ": command not found", null);
  }
}
