package org.anyarch.oci;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedByInterruptException;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Reads from another stream on a thread of its own, so that what it takes to get the bytes
/// (decompression, digests) and what is done with them go on at the same time.
///
/// What the other stream throws is thrown here once the bytes before it were read. [#close()] waits
/// for the thread; the other stream stays open.
final class ReadAhead extends InputStream {
  private static final int CHUNK = 256 << 10;
  private static final int CHUNKS = 4;
  private static final byte[] END = {};

  private final BlockingQueue<byte[]> chunks = new ArrayBlockingQueue<>(CHUNKS);

  /// Read, and to be filled again: a fresh chunk would have to be zeroed and collected each time.
  private final BlockingQueue<byte[]> done = new ArrayBlockingQueue<>(CHUNKS);

  private final FutureTask<Void> reading;
  private final Thread thread;
  private volatile boolean closed;
  private byte[] chunk = {0};
  private int at = 1;

  ReadAhead(InputStream in) {
    reading = new FutureTask<>(() -> readAll(in));
    thread = Thread.ofPlatform().daemon().name("read-ahead").start(reading);
  }

  private Void readAll(InputStream in) throws IOException, InterruptedException {
    try {
      int count;
      do {
        byte[] used = done.poll();
        byte[] full = used == null ? new byte[CHUNK] : used;
        count = in.readNBytes(full, 0, CHUNK);
        if (count > 0) {
          chunks.put(count == CHUNK ? full : Arrays.copyOf(full, count));
        }
      } while (count == CHUNK);
    } finally {
      if (!closed) {
        chunks.put(END);
      }
    }
    return null;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (at == chunk.length && !next()) {
      return -1;
    }
    int count = Math.min(length, chunk.length - at);
    System.arraycopy(chunk, at, bytes, offset, count);
    at += count;
    return count;
  }

  private boolean next() throws IOException {
    try {
      if (chunk.length > 0) {
        byte[] last = chunk;
        chunk = chunks.take();
        if (last.length == CHUNK) {
          // If there is no room for it, there are enough.
          boolean _ = done.offer(last);
        }
        at = 0;
      }
      if (chunk.length > 0) {
        return true;
      }
      reading.get();
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClosedByInterruptException();
    } catch (ExecutionException e) {
      throw failed(Objects.requireNonNull(e.getCause()));
    }
  }

  private static IOException failed(Throwable cause) {
    return switch (cause) {
      case IOException e -> e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> new IOException(cause);
    };
  }

  @Override
  public void close() {
    // Nobody takes from the queue any more, so whoever has been interrupted once must not wait for
    // it
    // again.
    closed = true;
    thread.interrupt();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
