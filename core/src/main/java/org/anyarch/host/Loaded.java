package org.anyarch.host;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.anyarch.platform.Guest;

/// Asks the emulators that the kernel really starts for their version. Their files may be gone or
/// others by now: flag F keeps what was there when the entry was made. QEMU prints its version
/// instead of starting the program if the environment has QEMU_VERSION.
final class Loaded {
  private static final Pattern VERSION = Pattern.compile("qemu-(?:static-)?\\S+ version (\\S+)");

  private Loaded() {}

  /// By the guests' names; those are missing for which nothing, or no QEMU, is started.
  ///
  /// @param scratch a folder that allows execution
  static Map<String, String> versions(Collection<Guest> guests, Path scratch)
      throws IOException, InterruptedException {
    Map<String, byte[]> programs = new TreeMap<>();
    for (Guest guest : guests) {
      programs.put(guest.qemu(), Comparison.head(guest));
    }
    Map<String, String> versions = new TreeMap<>();
    Trial.run(scratch, programs, Map.of("QEMU_VERSION", "1"))
        .forEach(
            (name, ended) -> {
              Matcher matcher = VERSION.matcher(ended.text());
              if (matcher.find()) {
                versions.put(name, matcher.group(1));
              }
            });
    return versions;
  }
}
