package org.anyarch.twins;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// How long a session's steps wait for what is being fetched. A program that is started too early
/// is emulated to its end, so a few seconds are well spent; but once they were not enough, the
/// network is too slow or not there, and no step waits any more.
final class Patience {
  /// Nobody is told of shorter waits.
  private static final Duration UNSAID = Duration.ofSeconds(1);

  private final Duration length;
  private final Runnable said;
  private volatile boolean spent;

  /// @param said is run when a wait takes longer
  Patience(Duration length, Runnable said) {
    this.length = length;
    this.said = said;
  }

  boolean isSpent() {
    return spent;
  }

  /// Whether all of them are complete.
  boolean awaits(Collection<CompletableFuture<Void>> awaited) {
    CompletableFuture<Void> all =
        CompletableFuture.allOf(awaited.toArray(CompletableFuture[]::new));
    if (!spent && !isDone(all, length.compareTo(UNSAID) < 0 ? length : UNSAID)) {
      said.run();
      spent = !isDone(all, length.minus(UNSAID)) && !Thread.currentThread().isInterrupted();
    }
    return all.isDone();
  }

  private static boolean isDone(CompletableFuture<Void> all, Duration time) {
    try {
      all.get(Math.max(0, time.toMillis()), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("a failure that was not told", e.getCause());
    }
  }
}
