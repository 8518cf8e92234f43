package org.anyarch.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.anyarch.kernel.Failures;
import org.anyarch.session.Handlers;
import org.anyarch.twins.Dispatcher;

/// The option by which `build`, `run` and `exec` start native twins in place of emulated programs.
final class Acceleration {
  static final Option OPTION =
      Option.of(
          "accelerate",
          "MODE",
          "exact (default): programs that do the same on every CPU run natively, if the same package is"
              + " in the image for this machine's platform or in the archive of its apt; off: all are"
              + " emulated");

  private Acceleration() {}

  static boolean isWanted(Arguments arguments) throws UsageException {
    String mode = arguments.value(OPTION).orElse("exact");
    return switch (mode) {
      case "exact" -> true;
      case "off" -> false;
      default -> throw new UsageException("--accelerate " + mode + ": say exact or off");
    };
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
