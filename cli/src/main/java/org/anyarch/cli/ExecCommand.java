package org.anyarch.cli;

import java.io.IOException;
import java.util.List;
import org.anyarch.session.Handlers;
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
        Without --platform every guest is enabled for which there is an emulator on this machine.
        Containers that it has runc or crun create, as buildah and podman do, have native twins as those of run.""",
        List.of(ForeignPrograms.PLATFORM, ForeignPrograms.HANDLERS, Acceleration.OPTION),
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
    ExecRuntimes runtimes = ExecRuntimes.of(arguments, context);
    Session session =
        ForeignPrograms.prepare(
                arguments,
                context,
                ForeignPrograms.platforms(arguments),
                true,
                Handlers.Interpreter.EMULATOR)
            .session();
    if (session.obstacle().isEmpty()) {
      runtimes.prepare();
    }
    session.startWhenEnded(command.size());
    return ExitCode.DONE;
  }
}
