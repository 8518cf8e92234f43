package org.anyarch.oci.zstd;

import java.io.IOException;
import java.util.Arrays;

/// The Huffman code of a block's literals.
final class HuffmanTable {
  private static final int LONGEST = 11;

  private final int width;
  private final byte[] symbols;
  private final byte[] lengths;

  private HuffmanTable(int width) {
    this.width = width;
    this.symbols = new byte[1 << width];
    this.lengths = new byte[1 << width];
  }

  /// A table, and where its description ends.
  record Described(HuffmanTable table, int end) {}

  static Described read(byte[] bytes, int start, int end) throws IOException {
    if (start >= end) {
      throw new IOException("zstd: the description of a Huffman code is missing");
    }
    int header = bytes[start] & 0xff;
    int length = header < 128 ? header : (header - 127 + 1) / 2;
    int after = start + 1 + length;
    if (after > end) {
      throw new IOException("zstd: the description of a Huffman code is cut off");
    }
    int[] weights =
        header < 128 ? compressed(bytes, start + 1, after) : direct(bytes, start + 1, header - 127);
    return new Described(of(weights), after);
  }

  private static int[] direct(byte[] bytes, int start, int count) {
    int[] weights = new int[count];
    for (int i = 0; i < count; i++) {
      int both = bytes[start + i / 2] & 0xff;
      weights[i] = i % 2 == 0 ? both >> 4 : both & 15;
    }
    return weights;
  }

  /// Two states take turns until the bits are used up.
  private static int[] compressed(byte[] bytes, int start, int end) throws IOException {
    FseTable.Described described = FseTable.read(bytes, start, end, 6, 16);
    FseTable table = described.table();
    BackwardBits in = new BackwardBits(bytes, described.end(), end);
    int[] weights = new int[255];
    int count = 0;
    int state = table.first(in);
    int other = table.first(in);
    while (count < weights.length - 1) {
      weights[count++] = table.symbol(state);
      state = table.next(state, in);
      if (in.left() < 0) {
        weights[count++] = table.symbol(other);
        return Arrays.copyOf(weights, count);
      }
      int turn = state;
      state = other;
      other = turn;
    }
    throw new IOException("zstd: a Huffman code has more symbols than there are");
  }

  /// @param weights of all symbols but the last, whose weight makes the sum a power of two
  private static HuffmanTable of(int[] weights) throws IOException {
    int sum = 0;
    for (int weight : weights) {
      sum += weight == 0 ? 0 : 1 << (weight - 1);
    }
    int width = 32 - Integer.numberOfLeadingZeros(sum);
    int rest = (1 << width) - sum;
    if (sum == 0 || width > LONGEST || Integer.bitCount(rest) != 1) {
      throw new IOException("zstd: the description of a Huffman code is damaged");
    }
    int[] all = Arrays.copyOf(weights, weights.length + 1);
    all[weights.length] = Integer.numberOfTrailingZeros(rest) + 1;
    HuffmanTable table = new HuffmanTable(width);
    int at = 0;
    for (int weight = 1; weight <= width; weight++) {
      for (int symbol = 0; symbol < all.length; symbol++) {
        if (all[symbol] == weight) {
          int next = at + (1 << (weight - 1));
          Arrays.fill(table.symbols, at, next, (byte) symbol);
          Arrays.fill(table.lengths, at, next, (byte) (width + 1 - weight));
          at = next;
        }
      }
    }
    return table;
  }

  /// Decodes one stream, which has to be used up by that.
  void decode(byte[] bytes, int start, int end, byte[] out, int from, int to) throws IOException {
    BackwardBits in = new BackwardBits(bytes, start, end);
    for (int i = from; i < to; i++) {
      int index = (int) in.peek(width);
      out[i] = symbols[index];
      in.skip(lengths[index]);
    }
    if (in.left() != 0) {
      throw new IOException("zstd: a stream of literals does not end where it should");
    }
  }
}
