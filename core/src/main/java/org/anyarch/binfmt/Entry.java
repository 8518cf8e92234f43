package org.anyarch.binfmt;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.anyarch.platform.Bytes;

/// What the kernel says of a registered rule in its entry file.
///
/// @param flags as printed; newer kernels may have letters that [Flags] does not know
/// @param unknown lines that this reader does not know, in order
public record Entry(
    String name,
    boolean enabled,
    String interpreter,
    String flags,
    Optional<Rule.Match> match,
    List<String> unknown) {
  public Entry {
    unknown = List.copyOf(unknown);
  }

  /// Reads the text of an entry file. Never fails: whatever is not understood is kept as unknown.
  public static Entry parse(String name, String text) {
    boolean enabled = false;
    String interpreter = "";
    String flags = "";
    String extension = "";
    int offset = 0;
    Optional<Bytes> magic = Optional.empty();
    Optional<Bytes> mask = Optional.empty();
    List<String> unknown = new ArrayList<>();
    for (String line : text.lines().toList()) {
      if (line.equals("enabled")) {
        enabled = true;
      } else if (line.startsWith("interpreter ")) {
        interpreter = line.substring("interpreter ".length());
      } else if (line.startsWith("flags: ")) {
        flags = line.substring("flags: ".length());
      } else if (line.startsWith("extension .")) {
        extension = line.substring("extension .".length());
      } else if (isNumber(line, "offset ")) {
        offset = Integer.parseInt(line.substring("offset ".length()));
      } else if (isHex(line, "magic ")) {
        magic = Optional.of(Bytes.ofHex(line.substring("magic ".length())));
      } else if (isHex(line, "mask ")) {
        mask = Optional.of(Bytes.ofHex(line.substring("mask ".length())));
      } else if (!line.equals("disabled") && !line.equals("flags:")) {
        unknown.add(line);
      }
    }
    return new Entry(
        name, enabled, interpreter, flags, match(extension, offset, magic, mask), unknown);
  }

  private static boolean isNumber(String line, String key) {
    int digits = line.length() - key.length();
    return digits >= 1 && digits <= 9 && isAll(line, key, "0123456789");
  }

  private static boolean isHex(String line, String key) {
    int digits = line.length() - key.length();
    return digits >= 2 && digits % 2 == 0 && isAll(line, key, "0123456789abcdef");
  }

  /// Not a regular expression: a start-up that reads thirty entries has no time for those.
  private static boolean isAll(String line, String key, String characters) {
    if (!line.startsWith(key)) {
      return false;
    }
    for (int i = key.length(); i < line.length(); i++) {
      if (characters.indexOf(line.charAt(i)) < 0) {
        return false;
      }
    }
    return true;
  }

  /// Which of the entries the kernel would give a file to: the first in its order that is enabled
  /// and matches. It never tries another one when that one's interpreter fails.
  ///
  /// @param entries in the kernel's order, as [Instance#entries] returns them
  /// @param head the file's first bytes, [Rule#HEAD] of them or all it has
  /// @param path the path it is started by
  public static Optional<Entry> first(List<Entry> entries, byte[] head, String path) {
    return entries.stream()
        .filter(e -> e.enabled() && e.match().filter(m -> m.takes(head, path)).isPresent())
        .findFirst();
  }

  /// No mask line stands for one of all ones.
  private static Optional<Rule.Match> match(
      String extension, int offset, Optional<Bytes> magic, Optional<Bytes> mask) {
    if (!extension.isEmpty()) {
      return Optional.of(new Rule.Match.Extension(extension));
    }
    if (magic.isEmpty()) {
      return Optional.empty();
    }
    Bytes bits = mask.orElseGet(() -> Bytes.ofHex("ff".repeat(magic.get().length())));
    return bits.length() == magic.get().length()
        ? Optional.of(new Rule.Match.Magic(offset, magic.get(), bits))
        : Optional.empty();
  }
}
