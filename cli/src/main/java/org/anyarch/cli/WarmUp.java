package org.anyarch.cli;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;

/// Walks through what most runs need, so that the ahead-of-time cache made from this run holds it.
/// Reads nothing and changes nothing. Not listed in the help: the packaging calls it.
final class WarmUp {
  static final String NAME = "warm-up";

  private WarmUp() {}

  static int run(Collection<Command> commands, Context context) {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    Context silent =
        new Context(
            nowhere,
            nowhere,
            context.environment(),
            context.workingFolder(),
            context.kernel(),
            context.ending());
    Main.run(List.of("--version"), silent);
    Main.run(List.of("--help"), silent);
    for (Command command : commands) {
      Main.run(List.of(command.spec().name(), "--help"), silent);
      Main.run(List.of(command.spec().name(), "--no-such-option"), silent);
    }
    Main.run(List.of("platforms"), silent);
    Main.run(List.of("completion", "bash"), silent);
    Main.run(List.of("no-such-command"), silent);
    var _ = context.kernel().get();
    return ExitCode.DONE;
  }
}
