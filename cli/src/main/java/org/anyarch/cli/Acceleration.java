package org.anyarch.cli;

import java.io.IOException;
import java.nio.file.Path;
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
}
