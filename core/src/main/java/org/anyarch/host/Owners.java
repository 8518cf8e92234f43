package org.anyarch.host;

import java.nio.file.Path;
import java.util.Optional;
import org.anyarch.binfmt.Entry;

/// Whose an entry is, by what it says of itself: its interpreter's path is all that is left of who
/// registered it.
public final class Owners {
  private static final String FOLDER = "/emulators";
  private static final String PREFIX = "qemu-";
  private static final int DIGITS = 12;

  private Owners() {}

  /// Whether anyarch registered it.
  public static boolean isOurs(Entry entry) {
    return version(entry).isPresent();
  }

  /// Whether it is a lease or a trial of anyarch's, and takes no file.
  public static boolean isMark(Entry entry) {
    return Marks.is(entry);
  }

  /// The version of QEMU that one of our interpreters is named after, as [HostFolder] names them:
  /// guest, version, the first digits of the content's SHA-256. Not a regular expression, since a
  /// start-up has no time for some thirty of them.
  public static Optional<String> version(Entry entry) {
    String path = entry.interpreter();
    int slash = path.lastIndexOf('/');
    int digest = path.lastIndexOf('-') + 1;
    int guest = slash + 1 + PREFIX.length();
    int version = path.indexOf('-', guest) + 1;
    boolean ours =
        slash > 0
            && path.startsWith(FOLDER, slash - FOLDER.length())
            && path.startsWith(PREFIX, slash + 1)
            && version > guest
            && digest > version
            && path.length() - digest == DIGITS
            && isHex(path, digest);
    return ours ? Optional.of(path.substring(version, digest - 1)) : Optional.empty();
  }

  private static boolean isHex(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      if ("0123456789abcdef".indexOf(text.charAt(i)) < 0) {
        return false;
      }
    }
    return true;
  }

  /// A word for people: who most likely registered it.
  public static String of(Entry entry) {
    String interpreter = entry.interpreter();
    String file = String.valueOf(Path.of("/").resolve(interpreter).getFileName());
    if (isOurs(entry) || isMark(entry)) {
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
