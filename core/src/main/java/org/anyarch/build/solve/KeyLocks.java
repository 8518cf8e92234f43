package org.anyarch.build.solve;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.anyarch.oci.Digest;
import org.jspecify.annotations.Nullable;

/// Locks of whatever is kept under a key, shared with the other processes that use the store. All
/// are bytes of one file, found by the key's digest: the kernel lets go of them with their process,
/// however it ends, and nothing is left to be cleaned up.
///
/// Nobody waits for them in the kernel. It takes a process for one waiter: two builds that each run
/// a step and wait for the other's in another thread would be told that they wait in a circle.
final class KeyLocks implements AutoCloseable {
  /// Digits of a digest that make a place in the file; twice as much is still a positive number.
  private static final int DIGITS = 15;

  private static final long PLACES = 1L << (4 * DIGITS);
  private static final Duration SHORTEST = Duration.ofMillis(2);
  private static final Duration LONGEST = Duration.ofMillis(50);

  private final FileChannel channel;
  private final Map<String, FileLock> used = new HashMap<>();

  KeyLocks(Path file) throws IOException {
    this.channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  /// What is held until it is closed.
  record Held(FileLock lock) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      lock.release();
    }
  }

  /// Notes that this process uses what is kept under the key; nobody removes it before the process
  /// ends.
  void use(String key) throws IOException, InterruptedException {
    Duration pause = SHORTEST;
    while (!tryUse(key)) {
      // Somebody looks whether it may be removed, which takes no time.
      pause = longer(pause);
    }
  }

  private synchronized boolean tryUse(String key) throws IOException {
    if (!used.containsKey(key)) {
      FileLock lock = tryLock(place(key), true);
      if (lock == null) {
        return false;
      }
      used.put(key, lock);
    }
    return true;
  }

  /// This process does not use it any more.
  synchronized void release(String key) throws IOException {
    FileLock lock = used.remove(key);
    if (lock != null) {
      lock.release();
    }
  }

  /// The right to remove what is kept under the key; empty while anybody uses it.
  synchronized Optional<Held> tryRemoval(String key) throws IOException {
    return used.containsKey(key)
        ? Optional.empty()
        : Optional.ofNullable(tryLock(place(key), false)).map(Held::new);
  }

  /// The right to make what is kept under the key, waiting while another process makes it.
  ///
  /// @param waiting told if that is so
  Held making(String key, Runnable waiting) throws IOException, InterruptedException {
    Duration pause = SHORTEST;
    for (FileLock lock = tryLock(PLACES + place(key), false);
        ;
        lock = tryLock(PLACES + place(key), false)) {
      if (lock != null) {
        return new Held(lock);
      }
      if (pause.equals(SHORTEST)) {
        waiting.run();
      }
      pause = longer(pause);
    }
  }

  private static Duration longer(Duration pause) throws InterruptedException {
    Thread.sleep(pause);
    Duration twice = pause.multipliedBy(2);
    return twice.compareTo(LONGEST) < 0 ? twice : LONGEST;
  }

  private @Nullable FileLock tryLock(long place, boolean shared) throws IOException {
    try {
      return channel.tryLock(place, 1, shared);
    } catch (OverlappingFileLockException e) {
      // Another store of this very process has it.
      return null;
    }
  }

  private static long place(String key) {
    String hex = Digest.ofSha256(key.getBytes(StandardCharsets.UTF_8)).hex();
    return new BigInteger(hex.substring(0, DIGITS), 16).longValueExact();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
