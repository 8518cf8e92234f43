package org.anyarch.oci.zstd;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// A stream of bits that is read from its end; the highest bit that is set in its last byte only
/// says where it begins.
final class BackwardBits {
  /// How many bytes behind its end an array has to have, for reading eight at once.
  static final int SLACK = 8;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] bytes;
  private final int start;

  /// How many bits are left; negative if more were read than there are.
  private long left;

  BackwardBits(byte[] bytes, int start, int end) throws IOException {
    if (end <= start || bytes[end - 1] == 0) {
      throw new IOException("zstd: a stream of bits has no end mark");
    }
    this.bytes = bytes;
    this.start = start;
    int last = bytes[end - 1] & 0xff;
    this.left = (end - start - 1) * 8L + (31 - Integer.numberOfLeadingZeros(last));
  }

  long left() {
    return left;
  }

  /// @param count 0 to 56
  long read(int count) {
    long value = peek(count);
    left -= count;
    return value;
  }

  void skip(int count) {
    left -= count;
  }

  /// The next bits; before the first one are zeros.
  long peek(int count) {
    long from = left - count;
    long mask = (1L << count) - 1;
    if (from >= 0) {
      return ((long) LONGS.get(bytes, start + (int) (from >>> 3)) >>> (from & 7)) & mask;
    }
    if (left <= 0) {
      return 0;
    }
    long there = (long) LONGS.get(bytes, start) & ((1L << left) - 1);
    return (there << -from) & mask;
  }
}
