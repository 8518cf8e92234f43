package org.anyarch.build.solve;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.anyarch.build.BuildException;
import org.anyarch.build.containerfile.Location;
import org.anyarch.kernel.Failures;

/// Work that several threads want the result of, and what is said of its failures.
final class Tasks {
  private Tasks() {}

  /// Does `work` in the thread that comes first with the key; the others wait for its result.
  static <K, T> T once(ConcurrentMap<K, FutureTask<T>> tasks, K key, Callable<T> work)
      throws IOException, BuildException, InterruptedException {
    FutureTask<T> mine = new FutureTask<>(work);
    FutureTask<T> first = tasks.putIfAbsent(key, mine);
    if (first == null) {
      mine.run();
      first = mine;
    }
    return result(first);
  }

  static <T> T result(FutureTask<T> task) throws IOException, BuildException, InterruptedException {
    try {
      return task.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException io -> throw io;
        case BuildException build -> throw build;
        case InterruptedException interrupted -> throw interrupted;
        case RuntimeException bug -> throw bug;
        case Error bug -> throw bug;
        case null, default -> throw new IllegalStateException(e);
      }
    }
  }

  interface Work<T> {
    T run() throws IOException, BuildException, InterruptedException;
  }

  /// Carries `work` out, with the step's place in what is said of a failure.
  static <T> T located(Location place, Work<T> work) throws BuildException, InterruptedException {
    try {
      return work.run();
    } catch (UncheckedIOException e) {
      throw new BuildException(place + ": " + e.getMessage(), e);
    } catch (ClosedByInterruptException | FileLockInterruptionException e) {
      InterruptedException interrupted = new InterruptedException();
      interrupted.initCause(e);
      throw interrupted;
    } catch (IOException e) {
      throw new BuildException(place + ": " + Failures.describe(e), e);
    }
  }
}
