package org.anyarch.cli;

import java.io.IOException;
import java.util.List;
import org.anyarch.emulator.Emulator;
import org.anyarch.emulator.EmulatorException;
import org.anyarch.emulator.Emulators;
import org.anyarch.platform.Guest;

/// `anyarch emulator ls|fetch|path`.
final class EmulatorCommand implements Command {
  @Override
  public CommandSpec spec() {
    return new CommandSpec(
        "emulator",
        "list, fetch or locate the emulators",
        "ls | fetch | path PLATFORM",
        """
        ls lists the emulators that are usable on this machine, with version and place, and those that are not, with the
        reason. fetch gets them from the distribution's archive through the configured apt sources, without root,
        checked against the archive's signed index. path prints where the emulator of one platform is.
        build, run and exec fetch by themselves what they lack.""",
        List.of(),
        false,
        List.of(
            new CommandSpec.Example("anyarch emulator ls", "what is there"),
            new CommandSpec.Example("anyarch emulator path linux/arm64", "for a script")));
  }

  @Override
  public int run(Arguments arguments, Context context)
      throws UsageException, CommandException, IOException, InterruptedException {
    List<String> operands = arguments.operands();
    String verb = operands.isEmpty() ? "" : operands.getFirst();
    int wanted = verb.equals("path") ? 2 : 1;
    if (!List.of("ls", "fetch", "path").contains(verb) || operands.size() != wanted) {
      throw new UsageException("say what to do: ls, fetch or path PLATFORM");
    }
    Emulators emulators = ForeignPrograms.emulators(context);
    try {
      switch (verb) {
        case "ls" -> list(emulators, context);
        case "fetch" -> {
          emulators.fetch();
          list(emulators, context);
        }
        default -> context.out().println(emulators.forGuest(guest(operands.get(1))).path());
      }
    } catch (EmulatorException e) {
      throw new CommandException(ExitCode.FAILED, e.getMessage(), e);
    }
    return ExitCode.DONE;
  }

  private static Guest guest(String text) throws UsageException {
    return Guest.named(text)
        .orElseThrow(
            () -> new UsageException("unknown platform " + text + "; see anyarch platforms"));
  }

  private static void list(Emulators emulators, Context context)
      throws IOException, InterruptedException, EmulatorException {
    for (Emulator emulator : emulators.available()) {
      context
          .out()
          .println(
              "%-14s %-10s %s"
                  .formatted(
                      emulator.guest().qemu(), emulators.version(emulator), emulator.path()));
    }
  }
}
