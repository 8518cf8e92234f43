package org.anyarch.oci.zstd;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The sequences of compressed blocks: so many literals, then so many bytes from so far back.
/// Tables and distances carry over from block to block.
final class Sequences {
  /// One of the three kinds of numbers that sequences are made of.
  private static final class Kind {
    private final FseTable usual;
    private final int mostAccuracy;
    private final int symbols;
    private @Nullable FseTable table;

    Kind(FseTable usual, int mostAccuracy, int symbols) {
      this.usual = usual;
      this.mostAccuracy = mostAccuracy;
      this.symbols = symbols;
    }

    /// Takes the table that `mode` asks for; returns where its description ends.
    int read(int mode, byte[] in, int at, int end) throws IOException {
      switch (mode) {
        case 0 -> table = usual;
        case 1 -> {
          if (at >= end || (in[at] & 0xff) >= symbols) {
            throw new IOException("zstd: a table's only symbol is missing or none");
          }
          table = FseTable.only(in[at] & 0xff);
          return at + 1;
        }
        case 2 -> {
          FseTable.Described described = FseTable.read(in, at, end, mostAccuracy, symbols);
          table = described.table();
          return described.end();
        }
        default -> table();
      }
      return at;
    }

    FseTable table() throws IOException {
      if (table == null) {
        throw new IOException("zstd: the first block takes a table of one before it");
      }
      return table;
    }
  }

  private static final int[] LITERAL_BITS = {
    1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16
  };
  private static final int[] MATCH_BITS = {
    1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16
  };

  /// Up to these codes a code is its own number.
  private static final int PLAIN_LITERALS = 16;

  private static final int PLAIN_MATCHES = 32;
  private static final int SHORTEST_MATCH = 3;

  private final Kind literals;
  private final Kind offsets;
  private final Kind matches;
  private final int[] literalBases = bases(PLAIN_LITERALS, LITERAL_BITS);
  private final int[] matchBases = bases(PLAIN_MATCHES + SHORTEST_MATCH, MATCH_BITS);
  private final long[] recent = {1, 4, 8};

  Sequences() throws IOException {
    literals =
        new Kind(
            FseTable.of(
                6, 4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2,
                1, 1, 1, 1, 1, -1, -1, -1, -1),
            9,
            PLAIN_LITERALS + LITERAL_BITS.length);
    offsets =
        new Kind(
            FseTable.of(
                5, 1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1,
                -1, -1, -1),
            8,
            32);
    matches =
        new Kind(
            FseTable.of(
                6, 1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1,
                -1),
            9,
            PLAIN_MATCHES + MATCH_BITS.length);
  }

  /// What the codes from the first on that is not plain begin at: each where the one before ends.
  private static int[] bases(int first, int[] bits) {
    int[] bases = new int[bits.length];
    int base = first;
    for (int i = 0; i < bits.length; i++) {
      bases[i] = base;
      base += 1 << bits[i];
    }
    return bases;
  }

  /// Carries out the sequences between `start` and `end`, and copies the literals that are left.
  void run(byte[] in, int start, int end, Literals given, Window window) throws IOException {
    int[] at = {start};
    int count = count(in, at, end);
    int used = 0;
    if (count > 0) {
      used = run(in, tables(in, at[0], end), end, count, given, window);
    } else if (at[0] != end) {
      throw new IOException("zstd: a block goes on behind its end");
    }
    window.append(given.bytes(), used, given.count() - used);
  }

  private static int count(byte[] in, int[] at, int end) throws IOException {
    int first = at[0] < end ? in[at[0]] & 0xff : 255;
    int length = first < 128 ? 1 : first < 255 ? 2 : 3;
    if (at[0] + length > end) {
      throw new IOException("zstd: a block's sequences are cut off");
    }
    int second = length > 1 ? in[at[0] + 1] & 0xff : 0;
    int third = length > 2 ? in[at[0] + 2] & 0xff : 0;
    at[0] += length;
    return switch (length) {
      case 1 -> first;
      case 2 -> ((first - 128) << 8) + second;
      default -> second + (third << 8) + 0x7f00;
    };
  }

  private int tables(byte[] in, int start, int end) throws IOException {
    if (start >= end || (in[start] & 3) != 0) {
      throw new IOException("zstd: a block does not say what its sequences are coded with");
    }
    int modes = in[start] & 0xff;
    int at = literals.read(modes >> 6, in, start + 1, end);
    at = offsets.read((modes >> 4) & 3, in, at, end);
    return matches.read((modes >> 2) & 3, in, at, end);
  }

  /// Returns how many literals are used.
  private int run(byte[] in, int start, int end, int count, Literals given, Window window)
      throws IOException {
    BackwardBits bits = new BackwardBits(in, start, end);
    FseTable literalTable = literals.table();
    FseTable offsetTable = offsets.table();
    FseTable matchTable = matches.table();
    int literalState = literalTable.first(bits);
    int offsetState = offsetTable.first(bits);
    int matchState = matchTable.first(bits);
    int used = 0;
    for (int i = 0; i < count; i++) {
      int offsetCode = offsetTable.symbol(offsetState);
      long offset = (1L << offsetCode) + bits.read(offsetCode);
      int match = match(matchTable.symbol(matchState), bits);
      int literal = literal(literalTable.symbol(literalState), bits);
      if (literal > given.count() - used) {
        throw new IOException("zstd: a sequence takes more literals than there are");
      }
      window.append(given.bytes(), used, literal);
      used += literal;
      window.repeat(distance(offset, literal == 0), match);
      if (i < count - 1) {
        literalState = literalTable.next(literalState, bits);
        matchState = matchTable.next(matchState, bits);
        offsetState = offsetTable.next(offsetState, bits);
      }
    }
    if (bits.left() != 0) {
      throw new IOException("zstd: a block's sequences do not end where they should");
    }
    return used;
  }

  private int literal(int code, BackwardBits bits) {
    int i = code - PLAIN_LITERALS;
    return i < 0 ? code : literalBases[i] + (int) bits.read(LITERAL_BITS[i]);
  }

  private int match(int code, BackwardBits bits) {
    int i = code - PLAIN_MATCHES;
    return i < 0 ? code + SHORTEST_MATCH : matchBases[i] + (int) bits.read(MATCH_BITS[i]);
  }

  /// The first three values mean one of the last three distances, shifted by one without literals.
  private long distance(long value, boolean shifted) {
    if (value > 3) {
      push(value - 3, 2);
      return recent[0];
    }
    int which = (int) value - 1 + (shifted ? 1 : 0);
    if (which > 0) {
      push(which == 3 ? recent[0] - 1 : recent[which], Math.min(which, 2));
    }
    return recent[0];
  }

  private void push(long distance, int dropped) {
    for (int i = dropped; i > 0; i--) {
      recent[i] = recent[i - 1];
    }
    recent[0] = distance;
  }
}
