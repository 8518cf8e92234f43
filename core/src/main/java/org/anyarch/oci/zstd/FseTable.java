package org.anyarch.oci.zstd;

import java.io.IOException;

/// A table of finite state entropy coding: for each state a symbol, and how the next state is read.
final class FseTable {
  private final int accuracy;
  private final byte[] symbols;
  private final byte[] bits;
  private final short[] bases;

  private FseTable(int accuracy) {
    this.accuracy = accuracy;
    this.symbols = new byte[1 << accuracy];
    this.bits = new byte[1 << accuracy];
    this.bases = new short[1 << accuracy];
  }

  /// A table, and where its description ends.
  record Described(FseTable table, int end) {}

  /// The table that always gives the one symbol.
  static FseTable only(int symbol) {
    FseTable table = new FseTable(0);
    table.symbols[0] = (byte) symbol;
    return table;
  }

  /// @param counts how many states each symbol has; -1 for one at the end of the table
  static FseTable of(int accuracy, int... counts) throws IOException {
    FseTable table = new FseTable(accuracy);
    int size = 1 << accuracy;
    int[] next = new int[counts.length];
    int high = size;
    for (int s = 0; s < counts.length; s++) {
      if (counts[s] == -1) {
        table.symbols[--high] = (byte) s;
        next[s] = 1;
      }
    }
    int step = (size >> 1) + (size >> 3) + 3;
    int at = 0;
    for (int s = 0; s < counts.length; s++) {
      for (int i = 0; i < counts[s]; i++) {
        next[s] = counts[s];
        table.symbols[at] = (byte) s;
        do {
          at = (at + step) & (size - 1);
        } while (at >= high);
      }
    }
    if (at != 0) {
      throw new IOException("zstd: a table of states is not full");
    }
    for (int state = 0; state < size; state++) {
      int n = next[table.symbols[state] & 0xff]++;
      int width = accuracy - (31 - Integer.numberOfLeadingZeros(n));
      table.bits[state] = (byte) width;
      table.bases[state] = (short) ((n << width) - size);
    }
    return table;
  }

  /// Reads a table's description between `start` and `end`.
  static Described read(byte[] bytes, int start, int end, int mostAccuracy, int mostSymbols)
      throws IOException {
    int at = start * 8;
    int accuracy = bits(bytes, at, 4, end) + 5;
    at += 4;
    if (accuracy > mostAccuracy) {
      throw new IOException("zstd: a table of 2^" + accuracy + " states is too large");
    }
    int[] counts = new int[mostSymbols];
    int symbol = 0;
    int remaining = 1 << accuracy;
    while (remaining > 0) {
      int width = 32 - Integer.numberOfLeadingZeros(remaining + 1);
      int value = bits(bytes, at, width, end);
      int lower = (1 << (width - 1)) - 1;
      // Values below it need one bit less.
      int threshold = (1 << width) - 2 - remaining;
      at += width;
      if ((value & lower) < threshold) {
        at--;
        value &= lower;
      } else if (value > lower) {
        value -= threshold;
      }
      int count = value - 1;
      remaining -= Math.abs(count);
      symbol = requireRoom(symbol, mostSymbols);
      counts[symbol++] = count;
      int zeros = count == 0 ? 3 : 0;
      while (zeros == 3) {
        zeros = bits(bytes, at, 2, end);
        at += 2;
        symbol += zeros;
      }
    }
    if (remaining < 0 || symbol > mostSymbols) {
      throw new IOException("zstd: the description of a table is damaged");
    }
    return new Described(of(accuracy, counts), (at + 7) / 8);
  }

  private static int requireRoom(int symbol, int mostSymbols) throws IOException {
    if (symbol >= mostSymbols) {
      throw new IOException("zstd: a table has more symbols than there are");
    }
    return symbol;
  }

  private static int bits(byte[] bytes, int at, int count, int end) throws IOException {
    if (at / 8 >= end) {
      throw new IOException("zstd: the description of a table is cut off");
    }
    int value = 0;
    for (int i = 0; i < 4 && at / 8 + i < end; i++) {
      value |= (bytes[at / 8 + i] & 0xff) << (8 * i);
    }
    return (value >>> (at % 8)) & ((1 << count) - 1);
  }

  int first(BackwardBits in) {
    return (int) in.read(accuracy);
  }

  int symbol(int state) {
    return symbols[state] & 0xff;
  }

  int next(int state, BackwardBits in) {
    return (bases[state] & 0xffff) + (int) in.read(bits[state]);
  }
}
