package org.anyarch.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.anyarch.platform.Guest;

/// Asks the emulator that the kernel really starts for a guest which version it is. Its file may be
/// gone or another one by now: flag F keeps what was there when the entry was made. QEMU prints its
/// version instead of starting the program if the environment has QEMU_VERSION.
final class Loaded {
  private static final Pattern VERSION = Pattern.compile("qemu-(?:static-)?\\S+ version (\\S+)");
  private static final int SECONDS = 10;

  private Loaded() {}

  /// @param scratch a folder that allows execution
  /// @return empty if no entry takes the guest's programs, or what it starts is not QEMU
  static Optional<String> version(Guest guest, Path scratch)
      throws IOException, InterruptedException {
    Path program =
        scratch.resolve(".version-" + guest.qemu() + "-" + Long.toHexString(System.nanoTime()));
    try {
      Files.write(program, Comparison.head(guest));
      Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
      ProcessBuilder builder = new ProcessBuilder(program.toString()).redirectErrorStream(true);
      builder.environment().put("QEMU_VERSION", "1");
      Process process = builder.start();
      process.getOutputStream().close();
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return Optional.empty();
      }
      Matcher matcher =
          VERSION.matcher(
              new String(process.getInputStream().readNBytes(4096), StandardCharsets.UTF_8));
      return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    } catch (IOException refused) {
      // exec failed: nothing takes it.
      return Optional.empty();
    } finally {
      Files.deleteIfExists(program);
    }
  }
}
