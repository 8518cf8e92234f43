package org.anyarch.it;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// Writes tar archives that no honest tool would write.
final class Archives {
  private static final int BLOCK = 512;

  private Archives() {}

  static void file(Actor actor, String path, String name) throws IOException {
    write(actor, path, entry(name, '0', "", "evil"));
  }

  static void linkThenFile(Actor actor, String path, String link, String target, String file)
      throws IOException {
    ByteArrayOutputStream archive = new ByteArrayOutputStream();
    archive.writeBytes(entry(link, '2', target, ""));
    archive.writeBytes(entry(file, '0', "", "evil"));
    write(actor, path, archive.toByteArray());
  }

  private static void write(Actor actor, String path, byte[] entries) throws IOException {
    Path file = actor.folder().resolve(path);
    Files.createDirectories(file.getParent());
    Files.write(file, Arrays.copyOf(entries, entries.length + 2 * BLOCK));
    actor.give(actor.folder());
  }

  /// A ustar header and its content.
  private static byte[] entry(String name, char type, String link, String content) {
    byte[] data = content.getBytes(StandardCharsets.UTF_8);
    byte[] header = new byte[BLOCK];
    put(header, 0, name);
    put(header, 100, "0000644\0");
    put(header, 108, "0000000\0");
    put(header, 116, "0000000\0");
    put(header, 124, "%011o\0".formatted(data.length));
    put(header, 136, "00000000000\0");
    put(header, 148, "        ");
    header[156] = (byte) type;
    put(header, 157, link);
    put(header, 257, "ustar\00000");
    int sum = 0;
    for (byte b : header) {
      sum += b & 0xff;
    }
    put(header, 148, "%06o\0 ".formatted(sum));
    byte[] entry = Arrays.copyOf(header, BLOCK + (data.length + BLOCK - 1) / BLOCK * BLOCK);
    System.arraycopy(data, 0, entry, BLOCK, data.length);
    return entry;
  }

  private static void put(byte[] header, int offset, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(bytes, 0, header, offset, bytes.length);
  }
}
