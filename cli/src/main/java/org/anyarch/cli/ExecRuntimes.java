package org.anyarch.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.anyarch.kernel.Failures;
import org.anyarch.session.Runtimes;
import org.anyarch.session.Session;
import org.anyarch.twins.Mode;

/// How containers that programs of `exec` have created come to native twins: by what is put before
/// the OCI runtimes. Where that cannot be, everything is emulated.
final class ExecRuntimes {
  private final Context context;
  private final Mode mode;
  private final Consumer<String> notes;
  private final Optional<Runtimes> runtimes;

  private ExecRuntimes(
      Context context, Mode mode, Consumer<String> notes, Optional<Runtimes> runtimes) {
    this.context = context;
    this.mode = mode;
    this.notes = notes;
    this.runtimes = runtimes;
  }

  static ExecRuntimes of(Arguments arguments, Context context)
      throws UsageException, CommandException, IOException {
    Consumer<String> notes =
        arguments.has(CommandSpec.VERBOSE)
            ? text -> context.err().println("anyarch exec: " + text)
            : _ -> {};
    Mode mode = Acceleration.mode(arguments);
    if (mode == Mode.OFF) {
      return new ExecRuntimes(context, mode, notes, Optional.empty());
    }
    Path home = Path.of(System.getProperty("anyarch.home", ""));
    Runtimes found = Runtimes.find(context.environment(), home);
    boolean others = ForeignPrograms.session(context).ids() == Session.Ids.ALL;
    if (found.areWithinReach(others)) {
      return new ExecRuntimes(context, mode, notes, Optional.of(found));
    }
    if (!found.files().isEmpty()) {
      notes.accept(
          "no native twins: other users could not start a container, since they may not enter "
              + home);
    }
    return new ExecRuntimes(context, mode, notes, Optional.empty());
  }

  /// Lets those that start containers from now on have twins for them.
  void prepare() throws CommandException, InterruptedException {
    if (runtimes.isPresent()) {
      Map<String, String> environment = new HashMap<>(context.environment());
      environment.put("ANYARCH_HOME", context.home().toString());
      environment.put(Acceleration.VARIABLE, mode.toString());
      try {
        runtimes.get().prepare(environment);
      } catch (IOException e) {
        notes.accept("no native twins: " + Failures.describe(e));
      }
    }
  }
}
