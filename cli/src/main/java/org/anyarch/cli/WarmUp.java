package org.anyarch.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.anyarch.binfmt.CaptureCheck;
import org.anyarch.binfmt.Flags;
import org.anyarch.binfmt.Rule;
import org.anyarch.binfmt.RuleException;
import org.anyarch.emulator.Emulators;
import org.anyarch.platform.Guest;
import org.anyarch.platform.Platform;
import org.anyarch.session.Session;
import org.anyarch.session.SessionException;

/// Walks through what most runs need, so that the ahead-of-time cache made from this run holds it.
/// Reads this machine's files and changes nothing. Not listed in the help: the packaging calls it.
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
    Map<String, String> entered = new HashMap<>(context.environment());
    entered.put(Session.VARIABLE, "entered ids=all proc=own");
    try {
      var _ = Session.current(entered);
      prepareHandlers(ForeignPrograms.emulators(silent));
    } catch (SessionException | CommandException | RuleException | IOException e) {
      context.err().println(e.getMessage());
      return ExitCode.BUG;
    }
    // A folder cannot be started: the call is made, and comes back.
    var _ = context.kernel().get().programs().replace(Path.of("/"), List.of("/"), Map.of("A", "b"));
    return ExitCode.DONE;
  }

  /// All that registering takes, but the writing.
  private static void prepareHandlers(Emulators emulators) throws RuleException, IOException {
    for (Guest guest : Guest.all()) {
      Rule rule = Rule.forGuest(guest, Path.of("/emulator"), Flags.POCF);
      var _ = rule.registerString();
      if (!guest.nativeOn(Platform.host())) {
        CaptureCheck.require(rule, List.of(Path.of("/proc/self/exe"), Path.of("/bin/sh")));
      }
    }
    var _ = emulators.available();
  }
}
