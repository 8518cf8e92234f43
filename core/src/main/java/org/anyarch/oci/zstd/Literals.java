package org.anyarch.oci.zstd;

import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The literals of compressed blocks; the Huffman code may be that of the block before.
final class Literals {
  private final byte[] bytes = new byte[ZstdInputStream.LARGEST_BLOCK];
  private @Nullable HuffmanTable table;
  private int count;

  byte[] bytes() {
    return bytes;
  }

  int count() {
    return count;
  }

  /// Reads the literals section; returns where it ends.
  int read(byte[] in, int end) throws IOException {
    require(end >= 1);
    int first = in[0] & 0xff;
    int type = first & 3;
    int format = (first >> 2) & 3;
    return type < 2 ? plain(in, end, type == 1, format) : coded(in, end, type == 3, format);
  }

  private int plain(byte[] in, int end, boolean repeated, int format) throws IOException {
    int header = format == 1 ? 2 : format == 3 ? 3 : 1;
    require(end >= header);
    long value = number(in, header);
    count = (int) (header == 1 ? value >> 3 : value >> 4);
    int length = repeated ? 1 : count;
    require(count <= bytes.length && header + length <= end);
    if (repeated) {
      Arrays.fill(bytes, 0, count, in[header]);
    } else {
      System.arraycopy(in, header, bytes, 0, count);
    }
    return header + length;
  }

  private int coded(byte[] in, int end, boolean sameTable, int format) throws IOException {
    int header = format < 2 ? 3 : format + 2;
    int width = format < 2 ? 10 : format == 2 ? 14 : 18;
    require(end >= header);
    long value = number(in, header) >> 4;
    count = (int) (value & ((1 << width) - 1));
    int after = header + (int) (value >> width);
    require(count <= bytes.length && after <= end);
    int at = header;
    if (!sameTable) {
      HuffmanTable.Described described = HuffmanTable.read(in, at, after);
      table = described.table();
      at = described.end();
    }
    HuffmanTable code = table;
    if (code == null) {
      throw new IOException("zstd: the first block takes the Huffman code of one before it");
    }
    if (format == 0) {
      code.decode(in, at, after, bytes, 0, count);
    } else {
      four(code, in, at, after);
    }
    return after;
  }

  private void four(HuffmanTable code, byte[] in, int start, int end) throws IOException {
    require(start + 6 <= end);
    int part = (count + 3) / 4;
    require(3 * part <= count);
    int at = start + 6;
    for (int i = 0; i < 4; i++) {
      int size = (in[start + 2 * i] & 0xff) | (in[start + 2 * i + 1] & 0xff) << 8;
      int next = i == 3 ? end : at + size;
      require(next <= end);
      code.decode(in, at, next, bytes, i * part, i == 3 ? count : (i + 1) * part);
      at = next;
    }
  }

  private static long number(byte[] in, int length) {
    long value = 0;
    for (int i = 0; i < length; i++) {
      value |= (in[i] & 0xffL) << (8 * i);
    }
    return value;
  }

  private static void require(boolean holds) throws IOException {
    if (!holds) {
      throw new IOException("zstd: a block's literals are cut off or too many");
    }
  }
}
