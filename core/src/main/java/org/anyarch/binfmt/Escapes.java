package org.anyarch.binfmt;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.anyarch.platform.Bytes;

/// `\xHH`, the only escape of register strings; any other backslash is a byte like others.
final class Escapes {
  private Escapes() {}

  /// Empty if a `\x` is not followed by two hexadecimal digits.
  static Optional<Bytes> decode(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream decoded = new ByteArrayOutputStream();
    int i = 0;
    while (i < bytes.length) {
      if (bytes[i] == '\\' && i + 1 < bytes.length && bytes[i + 1] == 'x') {
        int high = i + 2 < bytes.length ? Character.digit(bytes[i + 2], 16) : -1;
        int low = i + 3 < bytes.length ? Character.digit(bytes[i + 3], 16) : -1;
        if (high < 0 || low < 0) {
          return Optional.empty();
        }
        decoded.write(high << 4 | low);
        i += 4;
      } else {
        decoded.write(bytes[i++]);
      }
    }
    return Optional.of(Bytes.of(decoded.toByteArray()));
  }
}
