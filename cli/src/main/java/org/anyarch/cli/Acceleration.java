package org.anyarch.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.anyarch.kernel.Failures;
import org.anyarch.session.Handlers;
import org.anyarch.twins.Dispatcher;
import org.anyarch.twins.Mode;

/// The option by which `build`, `run` and `exec` start native twins in place of emulated programs.
final class Acceleration {
  static final Option OPTION =
      Option.of(
          "accelerate",
          "MODE",
          "exact (default): programs that do the same on every CPU run natively, if the same package is"
              + " in the image for this machine's platform or in the archive of its apt; compatible:"
              + " also gcc of Debian 12, by builds of it that lack Debian's later fixes, so results may"
              + " differ and are kept apart; off: all are emulated");

  /// By which `exec` tells it to who makes twins ready for the containers of others.
  static final String VARIABLE = "ANYARCH_ACCELERATE";

  private Acceleration() {}

  static Mode mode(Arguments arguments) throws UsageException {
    String text = arguments.value(OPTION).orElse(Mode.EXACT.toString());
    return named(text)
        .orElseThrow(
            () -> new UsageException("--accelerate " + text + ": say exact, compatible or off"));
  }

  static boolean isWanted(Arguments arguments) throws UsageException {
    return mode(arguments) != Mode.OFF;
  }

  /// What `exec` said.
  static Mode told(Context context) {
    return named(context.environment().getOrDefault(VARIABLE, "")).orElse(Mode.EXACT);
  }

  private static Optional<Mode> named(String text) {
    return Stream.of(Mode.values()).filter(mode -> mode.toString().equals(text)).findFirst();
  }

  /// Emulators that start twins, where they have a place for what does that.
  static Handlers.Interpreter interpreter(Context context) throws CommandException, IOException {
    Path home = Path.of(System.getProperty("anyarch.home", ""));
    Dispatcher dispatcher =
        Dispatcher.of(home.resolve("libexec/dispatcher"), context.home().resolve("dispatchers"));
    return (_, emulator) -> dispatcher.into(emulator).orElse(emulator);
  }

  /// The same, and the emulators as they are where those cannot be had.
  ///
  /// @param notes told why
  static Handlers.Interpreter interpreter(Context context, Consumer<String> notes)
      throws CommandException, IOException {
    Handlers.Interpreter dispatching = interpreter(context);
    return (guest, emulator) -> {
      try {
        return dispatching.of(guest, emulator);
      } catch (IOException e) {
        notes.accept("no native twins: " + Failures.describe(e));
        return emulator;
      }
    };
  }
}
