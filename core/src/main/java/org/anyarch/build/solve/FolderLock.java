package org.anyarch.build.solve;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/// Who uses a folder: many at once, or one alone; threads of this process and other processes. The
/// kernel lets go of a killed process's part of it. A thread lets go of what it took itself.
///
/// A file's lock belongs to the whole process and is lost with any descriptor of the file, so there
/// is one object of this kind for a file.
final class FolderLock {
  private final Path file;
  private final ReentrantReadWriteLock threads = new ReentrantReadWriteLock(true);
  private final ReentrantLock guard = new ReentrantLock();
  private int users;
  private @Nullable FileChannel channel;

  FolderLock(Path file) {
    this.file = file;
  }

  /// Letting go of it.
  interface Held extends AutoCloseable {
    @Override
    void close() throws IOException;
  }

  /// Waits until the folder can be used together with others, or alone.
  Held take(boolean alone) throws IOException, InterruptedException {
    var lock = alone ? threads.writeLock() : threads.readLock();
    lock.lockInterruptibly();
    boolean done = false;
    try {
      guard.lockInterruptibly();
      try {
        if (users == 0) {
          opened().lock(0, Long.MAX_VALUE, !alone);
        }
        users++;
        done = true;
      } catch (FileLockInterruptionException e) {
        InterruptedException interrupted = new InterruptedException();
        interrupted.initCause(e);
        throw interrupted;
      } finally {
        if (!done) {
          shut();
        }
        guard.unlock();
      }
    } finally {
      if (!done) {
        lock.unlock();
      }
    }
    return () -> release(lock::unlock);
  }

  /// Takes the folder alone if nobody uses it.
  Optional<Held> takeIfFree() throws IOException {
    var lock = threads.writeLock();
    if (lock.isHeldByCurrentThread() || threads.getReadHoldCount() > 0 || !lock.tryLock()) {
      return Optional.empty();
    }
    boolean done = false;
    guard.lock();
    try {
      FileLock taken = opened().tryLock();
      if (taken != null) {
        users++;
        done = true;
        return Optional.of(() -> release(lock::unlock));
      }
      return Optional.empty();
    } finally {
      if (!done) {
        shut();
        lock.unlock();
      }
      guard.unlock();
    }
  }

  private void release(Runnable unlock) throws IOException {
    guard.lock();
    try {
      users--;
      shut();
    } finally {
      guard.unlock();
      unlock.run();
    }
  }

  private FileChannel opened() throws IOException {
    FileChannel open =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    channel = open;
    return open;
  }

  private void shut() throws IOException {
    if (users == 0 && channel != null) {
      channel.close();
      channel = null;
    }
  }
}
