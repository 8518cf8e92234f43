package org.anyarch.oci.zstd;

import java.io.IOException;
import java.util.Arrays;

/// The end of what was decoded, which later blocks refer back to, and what nobody has taken of it.
final class Window {
  private final int size;
  private byte[] bytes;
  private int end;
  private int taken;

  /// Where the block under way has to end.
  private int limit;

  /// @param size how far back anything can refer
  Window(int size) {
    this.size = size;
    this.bytes = new byte[Math.min(size, 1 << 20) + ZstdInputStream.LARGEST_BLOCK];
  }

  /// Makes room for one block of at most `most` bytes; everything has to be taken before.
  void begin(int most) {
    if (end + most > bytes.length) {
      int keep = Math.min(end, size);
      byte[] next = bytes;
      if (keep + most > bytes.length / 2 && bytes.length < size + 2L * most) {
        next = new byte[(int) Math.min(2L * bytes.length + most, (long) size * 2 + 2L * most)];
      }
      System.arraycopy(bytes, end - keep, next, 0, keep);
      bytes = next;
      end = keep;
    }
    taken = end;
    limit = end + most;
  }

  private void require(long count) throws IOException {
    if (count > limit - end) {
      throw new IOException("zstd: a block is longer than blocks are");
    }
  }

  void append(byte[] from, int start, int count) throws IOException {
    require(count);
    System.arraycopy(from, start, bytes, end, count);
    end += count;
  }

  void fill(byte value, int count) throws IOException {
    require(count);
    Arrays.fill(bytes, end, end + count, value);
    end += count;
  }

  void repeat(long distance, int count) throws IOException {
    require(count);
    if (distance <= 0 || distance > Math.min(end, size)) {
      throw new IOException("zstd: a sequence refers to what is not there");
    }
    int from = end - (int) distance;
    if (distance >= count) {
      System.arraycopy(bytes, from, bytes, end, count);
      end += count;
      return;
    }
    // It repeats what it writes itself.
    for (int i = 0; i < count; i++) {
      bytes[end++] = bytes[from++];
    }
  }

  int available() {
    return end - taken;
  }

  int take(byte[] into, int at, int most) {
    int count = Math.min(most, available());
    System.arraycopy(bytes, taken, into, at, count);
    taken += count;
    return count;
  }

  void hash(XxHash64 hash) {
    hash.update(bytes, taken, end - taken);
  }
}
