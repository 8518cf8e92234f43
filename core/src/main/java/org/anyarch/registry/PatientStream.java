package org.anyarch.registry;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// A body that ends with a timeout when nothing more comes: `java.net.http` waits without end once
/// the headers are there.
final class PatientStream extends FilterInputStream {
  private final Duration patience;
  private final ScheduledFuture<?> watch;

  /// Odd while a read is under way: a reader who takes its time is not the other side's fault.
  private final AtomicLong reads = new AtomicLong();

  private volatile long seen;
  private volatile boolean stalled;

  PatientStream(InputStream in, Duration patience, ScheduledExecutorService watch) {
    super(in);
    this.patience = patience;
    long period = patience.toNanos();
    this.watch = watch.scheduleAtFixedRate(this::look, period, period, TimeUnit.NANOSECONDS);
  }

  private void look() {
    long now = reads.get();
    if (now % 2 == 1 && now == seen) {
      stalled = true;
      try {
        in.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    seen = now;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    reads.incrementAndGet();
    int count;
    try {
      count = super.read(into, offset, length);
    } catch (IOException e) {
      throw stalled ? timeout(e) : e;
    } finally {
      reads.incrementAndGet();
    }
    if (count < 0 && stalled) {
      throw timeout(null);
    }
    return count;
  }

  private HttpTimeoutException timeout(@org.jspecify.annotations.Nullable IOException cause) {
    HttpTimeoutException timeout =
        new HttpTimeoutException("nothing came for " + Wire.words(patience));
    timeout.initCause(cause);
    return timeout;
  }

  @Override
  public void close() throws IOException {
    watch.cancel(false);
    super.close();
  }
}
