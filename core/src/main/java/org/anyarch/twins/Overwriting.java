package org.anyarch.twins;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.anyarch.elf.ElfImage;
import org.anyarch.elf.ElfImage.Segment;

/// Writes texts over others, none of which is shorter, in a file for x86-64 that is mapped to the
/// addresses that it names.
final class Overwriting {
  private Overwriting() {}

  /// @param texts by the runs that they take the place of
  /// @return empty if something seems to name the end of such a run alone, which would not be there
  ///   any more: linkers let texts share their ends
  static Optional<byte[]> of(ElfImage image, Map<Texts.Run, String> texts) {
    NavigableMap<Long, Integer> lengths = new TreeMap<>();
    for (Map.Entry<Texts.Run, String> entry : texts.entrySet()) {
      int length = entry.getKey().content().length();
      if (entry.getValue().length() > length) {
        return Optional.empty();
      }
      lengths.put(entry.getKey().address(), length);
    }
    return namesInside(image, lengths) ? Optional.empty() : Optional.of(written(image, texts));
  }

  private static boolean namesInside(ElfImage image, NavigableMap<Long, Integer> lengths) {
    ByteBuffer bytes = image.bytes();
    for (Segment segment : image.loaded()) {
      int end = segment.offset() + segment.size();
      if (segment.executable()) {
        for (int at = segment.offset() + 1; at + Integer.BYTES <= end; at++) {
          // mov register, imm32
          if ((bytes.get(at - 1) & 0xf8) == 0xb8 && isInside(bytes.getInt(at), lengths)) {
            return true;
          }
        }
      } else {
        for (int at = (segment.offset() + 7) & -8; at + Long.BYTES <= end; at += Long.BYTES) {
          if (isInside(bytes.getLong(at), lengths)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private static boolean isInside(long address, NavigableMap<Long, Integer> lengths) {
    Map.Entry<Long, Integer> before = lengths.lowerEntry(address);
    return before != null && address <= before.getKey() + before.getValue();
  }

  private static byte[] written(ElfImage image, Map<Texts.Run, String> texts) {
    byte[] file = image.copy();
    texts.forEach(
        (run, text) -> {
          int at = image.offset(run.address(), run.content().length()).orElseThrow();
          byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
          Arrays.fill(file, at, at + run.content().length(), (byte) 0);
          System.arraycopy(bytes, 0, file, at, bytes.length);
        });
    return file;
  }
}
