package org.anyarch.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;
import org.anyarch.kernel.Failures;
import org.anyarch.kernel.Kernel;

/// What a command may see of the world: passed in, so that tests can make their own.
///
/// @param kernel made when first asked for: most commands never call the kernel
/// @param ending how the process ends when a signal comes
record Context(
    InputStream in,
    PrintStream out,
    PrintStream err,
    Map<String, String> environment,
    Path workingFolder,
    Supplier<Kernel> kernel,
    Ending ending) {

  Context {
    environment = Map.copyOf(environment);
  }

  /// [#home], made if it is not there.
  ///
  /// @throws CommandException if nothing can be written there
  Path madeHome() throws CommandException {
    Path home = home();
    String reason = "it is not writable";
    try {
      Files.createDirectories(home);
      if (Files.isWritable(home)) {
        return home;
      }
    } catch (IOException e) {
      reason = Failures.describe(e);
    }
    throw new CommandException(
        ExitCode.FAILED,
        "cannot keep unpacked images in "
            + home
            + ": "
            + reason
            + "; set ANYARCH_HOME to a folder that can be written",
        null);
  }

  /// Where anyarch keeps what it can make again: `ANYARCH_HOME`, or `anyarch` in the user's cache
  /// folder.
  Path home() throws CommandException {
    String own = environment.getOrDefault("ANYARCH_HOME", "");
    if (!own.isEmpty()) {
      return workingFolder.resolve(own).toAbsolutePath();
    }
    String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
    if (cache.startsWith("/")) {
      return Path.of(cache, "anyarch");
    }
    String user = environment.getOrDefault("HOME", "");
    if (!user.startsWith("/")) {
      throw new CommandException(
          ExitCode.FAILED,
          "no folder to keep emulators and snapshots in: HOME is not set; set ANYARCH_HOME to one",
          null);
    }
    return Path.of(user, ".cache", "anyarch");
  }
}
