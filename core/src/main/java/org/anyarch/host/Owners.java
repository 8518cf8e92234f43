package org.anyarch.host;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.anyarch.binfmt.Entry;

/// Whose an entry is, by what it says of itself: its interpreter's path is all that is left of who
/// registered it.
public final class Owners {
  /// As [HostFolder] names emulators: guest, version, the first digits of the content's SHA-256.
  private static final Pattern OURS =
      Pattern.compile(".*/emulators/qemu-([a-z0-9_]+)-([^/]*)-([0-9a-f]{12})");

  private Owners() {}

  /// Whether anyarch registered it.
  public static boolean isOurs(Entry entry) {
    return OURS.matcher(entry.interpreter()).matches();
  }

  /// The version of QEMU that one of our interpreters is named after.
  public static Optional<String> version(Entry entry) {
    Matcher ours = OURS.matcher(entry.interpreter());
    return ours.matches() ? Optional.of(ours.group(2)) : Optional.empty();
  }

  /// A word for people: who most likely registered it.
  public static String of(Entry entry) {
    String interpreter = entry.interpreter();
    String file = String.valueOf(Path.of("/").resolve(interpreter).getFileName());
    if (isOurs(entry)) {
      return "anyarch";
    }
    if (entry.name().startsWith("WSLInterop")) {
      return "WSL";
    }
    if (interpreter.contains("/qemu-binfmt/")) {
      return "Debian qemu-user-binfmt";
    }
    if (file.startsWith("qemu-") && file.endsWith("-static")) {
      return "qemu-user-static";
    }
    if (file.startsWith("qemu-")) {
      return "QEMU";
    }
    if (file.toLowerCase(java.util.Locale.ROOT).contains("rosetta")) {
      return "Rosetta";
    }
    if (file.startsWith("box64") || file.startsWith("box86") || file.startsWith("FEX")) {
      return file;
    }
    return "other";
  }
}
