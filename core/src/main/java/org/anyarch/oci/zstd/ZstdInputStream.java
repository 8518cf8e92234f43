package org.anyarch.oci.zstd;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/// Decompresses Zstandard: any number of frames, without dictionaries. Checksums are verified where
/// there are any. Not safe for several threads.
public final class ZstdInputStream extends InputStream {
  static final int LARGEST_BLOCK = 128 << 10;

  /// What `zstd --long` needs; a frame asking for more is not decompressed on its word.
  private static final long LARGEST_WINDOW = 128L << 20;

  private static final int MAGIC = 0xFD2FB528;

  /// What is to be skipped begins with one of sixteen numbers.
  private static final int SKIPPED = 0x184D2A50;

  private final InputStream in;
  private final byte[] block = new byte[LARGEST_BLOCK + BackwardBits.SLACK];
  private @Nullable Frame frame;
  private boolean ended;

  /// @param in buffered, since single bytes are read from it; closed with this stream
  public ZstdInputStream(InputStream in) {
    this.in = in;
  }

  /// A frame under way.
  private final class Frame {
    private final Window window;
    private final int largestBlock;
    private final boolean hasChecksum;
    private final long size;
    private final Literals literals = new Literals();
    private final Sequences sequences = new Sequences();
    private final XxHash64 hash = new XxHash64();
    private boolean lastBlock;
    private long produced;

    Frame() throws IOException {
      int descriptor = octet();
      boolean single = (descriptor & 0x20) != 0;
      if ((descriptor & 8) != 0) {
        throw new IOException("zstd: a frame of a kind that is not known");
      }
      long windowSize = 0;
      if (!single) {
        int octet = octet();
        long base = 1L << (10 + (octet >> 3));
        windowSize = base + base / 8 * (octet & 7);
      }
      int dictionary = new int[] {0, 1, 2, 4}[descriptor & 3];
      if (number(dictionary) != 0) {
        throw new IOException("zstd: it needs a dictionary, which is not there");
      }
      int sizeLength = new int[] {single ? 1 : 0, 2, 4, 8}[descriptor >> 6];
      long declared = number(sizeLength) + (sizeLength == 2 ? 256 : 0);
      size = sizeLength == 0 ? -1 : declared;
      windowSize = single ? declared : windowSize;
      if (windowSize < 0 || windowSize > LARGEST_WINDOW) {
        throw new IOException(
            "zstd: it takes a window of more than "
                + (LARGEST_WINDOW >> 20)
                + " MiB to decompress");
      }
      hasChecksum = (descriptor & 4) != 0;
      largestBlock = (int) Math.min(windowSize, LARGEST_BLOCK);
      window = new Window((int) windowSize);
    }

    /// Decodes the next block; false behind the last one.
    boolean next() throws IOException {
      if (lastBlock) {
        return false;
      }
      int header = (int) number(3);
      lastBlock = (header & 1) != 0;
      int length = header >>> 3;
      if (length > largestBlock) {
        throw new IOException("zstd: a block is longer than blocks are");
      }
      window.begin(largestBlock);
      switch ((header >> 1) & 3) {
        case 0 -> {
          read(length);
          window.append(block, 0, length);
        }
        case 1 -> window.fill((byte) octet(), length);
        case 2 -> {
          read(length);
          int at = literals.read(block, length);
          sequences.run(block, at, length, literals, window);
        }
        default -> throw new IOException("zstd: a block of a kind that is not known");
      }
      produced += window.available();
      if (hasChecksum) {
        window.hash(hash);
      }
      if (lastBlock) {
        finish();
      }
      return true;
    }

    private void finish() throws IOException {
      if (size >= 0 && produced != size) {
        throw new IOException("zstd: it has " + produced + " bytes and not " + size);
      }
      if (hasChecksum && number(4) != (hash.value() & 0xffffffffL)) {
        throw new IOException("zstd: the checksum is wrong");
      }
    }
  }

  private int octet() throws IOException {
    int octet = in.read();
    if (octet < 0) {
      throw new EOFException("zstd: it is cut off");
    }
    return octet;
  }

  private long number(int length) throws IOException {
    long value = 0;
    for (int i = 0; i < length; i++) {
      value |= (long) octet() << (8 * i);
    }
    return value;
  }

  private void read(int length) throws IOException {
    if (in.readNBytes(block, 0, length) < length) {
      throw new EOFException("zstd: it is cut off");
    }
  }

  /// The next frame, or null at the end.
  private @Nullable Frame begin() throws IOException {
    while (true) {
      int first = in.read();
      if (first < 0) {
        return null;
      }
      int magic = first | (int) number(3) << 8;
      if (magic == MAGIC) {
        return new Frame();
      }
      if ((magic & ~15) != SKIPPED) {
        throw new IOException("zstd: something else follows, or it is damaged");
      }
      in.skipNBytes(number(4));
    }
  }

  private boolean fill() throws IOException {
    while (!ended) {
      Frame current = frame;
      if (current == null) {
        current = begin();
        frame = current;
        ended = current == null;
      } else if (current.window.available() > 0) {
        return true;
      } else if (!current.next()) {
        frame = null;
      }
    }
    return false;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int at, int most) throws IOException {
    java.util.Objects.checkFromIndexSize(at, most, into.length);
    if (most == 0) {
      return 0;
    }
    Frame current = fill() ? frame : null;
    return current == null ? -1 : current.window.take(into, at, most);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
