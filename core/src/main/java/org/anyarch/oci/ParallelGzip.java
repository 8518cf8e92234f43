package org.anyarch.oci;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/// Compresses with gzip on several cores, to bytes that do not depend on how many these are: blocks
/// of one size, each compressed alone with the end of the one before as dictionary, are one stream
/// together. [#finish()] completes the stream, closing only lets go of the threads; `out` stays
/// open.
final class ParallelGzip extends OutputStream {
  /// A compile-time constant of the format: another value makes other bytes.
  static final int BLOCK = 256 << 10;

  /// As far as deflate looks back.
  private static final int WINDOW = 32 << 10;

  /// Two to three per cent larger than gzip's usual 6, for two thirds of its time or less.
  private static final int LEVEL = 4;

  /// No name, no time, no flags; the operating system is not said.
  private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

  private final OutputStream out;
  private final int threads;
  private final CRC32 crc = new CRC32();
  private final Deque<Future<byte[]>> pending = new ArrayDeque<>();
  private @Nullable ExecutorService pool;
  private byte[] block = new byte[BLOCK];
  private int filled;
  private byte[] dictionary = new byte[0];
  private long size;

  /// @param threads how many blocks to compress at once
  ParallelGzip(OutputStream out, int threads) throws IOException {
    this.out = out;
    this.threads = threads;
    out.write(HEADER);
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    crc.update(bytes, offset, length);
    size += length;
    int at = offset;
    for (int left = length; left > 0; ) {
      // A full block waits for its successor: only then it is known not to be the last.
      if (filled == BLOCK) {
        submit();
      }
      int count = Math.min(left, BLOCK - filled);
      System.arraycopy(bytes, at, block, filled, count);
      filled += count;
      at += count;
      left -= count;
    }
  }

  private void submit() throws IOException {
    ExecutorService workers = pool;
    if (workers == null) {
      workers = Executors.newFixedThreadPool(threads);
      pool = workers;
    }
    byte[] full = block;
    byte[] before = dictionary;
    pending.add(workers.submit(() -> deflated(full, BLOCK, before, false)));
    dictionary = Arrays.copyOfRange(full, BLOCK - WINDOW, BLOCK);
    block = new byte[BLOCK];
    filled = 0;
    while (pending.size() > 2 * threads) {
      out.write(result(pending.remove()));
    }
  }

  private static byte[] deflated(byte[] block, int length, byte[] dictionary, boolean last) {
    Deflater deflater = new Deflater(LEVEL, true);
    try {
      deflater.setDictionary(dictionary);
      deflater.setInput(block, 0, length);
      if (last) {
        deflater.finish();
      }
      ByteArrayOutputStream compressed = new ByteArrayOutputStream(length / 2 + 64);
      byte[] buffer = new byte[64 << 10];
      int count;
      do {
        count =
            deflater.deflate(
                buffer, 0, buffer.length, last ? Deflater.NO_FLUSH : Deflater.SYNC_FLUSH);
        compressed.write(buffer, 0, count);
      } while (last ? !deflater.finished() : count == buffer.length);
      return compressed.toByteArray();
    } finally {
      deflater.end();
    }
  }

  private static byte[] result(Future<byte[]> compressed) throws IOException {
    try {
      return compressed.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClosedByInterruptException();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /// The end of the stream: everything was written.
  void finish() throws IOException {
    byte[] end = deflated(block, filled, dictionary, true);
    while (!pending.isEmpty()) {
      out.write(result(pending.remove()));
    }
    out.write(end);
    out.write(
        ByteBuffer.allocate(8)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt((int) crc.getValue())
            .putInt((int) size)
            .array());
  }

  /// Lets go of the threads.
  @Override
  public void close() {
    if (pool != null) {
      pool.shutdownNow();
    }
  }
}
