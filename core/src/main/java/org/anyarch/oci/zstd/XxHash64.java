package org.anyarch.oci.zstd;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// The checksum of a frame's content: XXH64 with seed 0.
final class XxHash64 {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long P1 = 0x9E3779B185EBCA87L;
  private static final long P2 = 0xC2B2AE3D27D4EB4FL;
  private static final long P3 = 0x165667B19E3779F9L;
  private static final long P4 = 0x85EBCA77C2B2AE63L;
  private static final long P5 = 0x27D4EB2F165667C5L;
  private static final int STRIPE = 32;

  /// To begin with P1 + P2, P2, 0 and -P1.
  private final long[] lanes = {0x60EA27EEADC0B5D6L, P2, 0, 0x61C8864E7A143579L};

  private final byte[] pending = new byte[STRIPE];
  private int waiting;
  private long length;

  void update(byte[] bytes, int start, int count) {
    length += count;
    int at = start;
    int end = start + count;
    if (waiting > 0) {
      int more = Math.min(STRIPE - waiting, count);
      System.arraycopy(bytes, at, pending, waiting, more);
      waiting += more;
      at += more;
      if (waiting == STRIPE) {
        stripe(pending, 0);
        waiting = 0;
      }
    }
    for (; end - at >= STRIPE; at += STRIPE) {
      stripe(bytes, at);
    }
    if (at < end) {
      System.arraycopy(bytes, at, pending, 0, end - at);
      waiting = end - at;
    }
  }

  private void stripe(byte[] bytes, int at) {
    for (int i = 0; i < 4; i++) {
      lanes[i] = round(lanes[i], (long) LONGS.get(bytes, at + 8 * i));
    }
  }

  private static long round(long lane, long value) {
    return Long.rotateLeft(lane + value * P2, 31) * P1;
  }

  long value() {
    long hash = P5;
    if (length >= STRIPE) {
      hash =
          Long.rotateLeft(lanes[0], 1)
              + Long.rotateLeft(lanes[1], 7)
              + Long.rotateLeft(lanes[2], 12)
              + Long.rotateLeft(lanes[3], 18);
      for (long lane : lanes) {
        hash = (hash ^ round(0, lane)) * P1 + P4;
      }
    }
    hash += length;
    int at = 0;
    for (; waiting - at >= 8; at += 8) {
      hash = Long.rotateLeft(hash ^ round(0, (long) LONGS.get(pending, at)), 27) * P1 + P4;
    }
    for (; waiting - at >= 4; at += 4) {
      long four = (int) INTS.get(pending, at) & 0xffffffffL;
      hash = Long.rotateLeft(hash ^ (four * P1), 23) * P2 + P3;
    }
    for (; at < waiting; at++) {
      hash = Long.rotateLeft(hash ^ ((pending[at] & 0xff) * P5), 11) * P1;
    }
    hash = (hash ^ (hash >>> 33)) * P2;
    hash = (hash ^ (hash >>> 29)) * P3;
    return hash ^ (hash >>> 32);
  }
}
