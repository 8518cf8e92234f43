package org.anyarch.build;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/// Counts bytes where they pass, in any number of threads, and tells a [Progress.Transfer] of their
/// sum now and then: counting must cost next to nothing, so that it can stand in every loop.
public final class Meter implements LongConsumer, AutoCloseable {
  private static final long PERIOD_NANOS = 100_000_000;

  private final Progress.Transfer transfer;
  private final LongSupplier clock;
  private final AtomicLong sum = new AtomicLong();
  private final AtomicLong last;

  public Meter(Progress.Transfer transfer) {
    this(transfer, System::nanoTime);
  }

  /// @param clock in nanoseconds
  Meter(Progress.Transfer transfer, LongSupplier clock) {
    this.transfer = transfer;
    this.clock = clock;
    this.last = new AtomicLong(clock.getAsLong());
  }

  /// `bytes` more have passed.
  @Override
  public void accept(long bytes) {
    sum.addAndGet(bytes);
    long now = clock.getAsLong();
    long before = last.get();
    if (now - before >= PERIOD_NANOS && last.compareAndSet(before, now)) {
      transfer.moved(sum.get());
    }
  }

  /// Tells the whole sum.
  @Override
  public void close() {
    transfer.moved(sum.get());
    transfer.ended();
  }
}
