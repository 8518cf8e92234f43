package org.anyarch.build.solve;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.anyarch.kernel.Replacement;
import org.anyarch.oci.Digest;

/// Digests of files, remembered from build to build for as long as lstat(2) says the same of a
/// file. Every change of content, mode or attributes changes the time of the last change, which
/// nobody can set; only a change within one tick of the file system's clock does not, so a file
/// that was changed a moment ago is read again the next time.
final class FileDigests {
  /// A file, and the state it is in.
  record Identity(long device, long inode, long size, long modifiedNanos, long changedNanos) {}

  private static final byte[] MAGIC = {'a', 'n', 'y', 'f', 'i', 'l', 'e', '1'};
  private static final int DIGEST = 32;
  private static final int RECORD = 5 * Long.BYTES + DIGEST;

  /// Of files that are not in the context any more, or are hidden now, as many are remembered.
  private static final int MOST_UNSEEN = 500_000;

  /// The coarsest clock of a file system that anybody builds on is FAT's.
  private static final Duration TICK = Duration.ofSeconds(2);

  private final Clock clock;
  private final Map<Identity, byte[]> remembered;
  private final ConcurrentMap<Identity, byte[]> seen = new ConcurrentHashMap<>();
  private volatile boolean changed;

  private FileDigests(Clock clock, Map<Identity, byte[]> remembered) {
    this.clock = clock;
    this.remembered = remembered;
  }

  /// Reads what an earlier build wrote; nothing is remembered if the file is not whole.
  static FileDigests read(Path file, Clock clock) throws IOException {
    try {
      return new FileDigests(clock, parse(Files.readAllBytes(file)).orElse(Map.of()));
    } catch (NoSuchFileException e) {
      return new FileDigests(clock, Map.of());
    }
  }

  static Optional<Map<Identity, byte[]>> parse(byte[] bytes) {
    int length = bytes.length - MAGIC.length - DIGEST;
    if (length < 0
        || length % RECORD != 0
        || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      return Optional.empty();
    }
    byte[] sum = Arrays.copyOfRange(bytes, bytes.length - DIGEST, bytes.length);
    if (!Arrays.equals(sum, sum(Arrays.copyOf(bytes, bytes.length - DIGEST)))) {
      return Optional.empty();
    }
    Map<Identity, byte[]> digests = HashMap.newHashMap(length / RECORD);
    ByteBuffer buffer = ByteBuffer.wrap(bytes, MAGIC.length, length);
    while (buffer.hasRemaining()) {
      Identity file =
          new Identity(
              buffer.getLong(),
              buffer.getLong(),
              buffer.getLong(),
              buffer.getLong(),
              buffer.getLong());
      byte[] digest = new byte[DIGEST];
      buffer.get(digest);
      digests.put(file, digest);
    }
    return Optional.of(digests);
  }

  static byte[] bytes(Map<Identity, byte[]> digests) {
    ByteBuffer buffer = ByteBuffer.allocate(MAGIC.length + digests.size() * RECORD);
    buffer.put(MAGIC);
    digests.forEach(
        (file, digest) ->
            buffer
                .putLong(file.device())
                .putLong(file.inode())
                .putLong(file.size())
                .putLong(file.modifiedNanos())
                .putLong(file.changedNanos())
                .put(digest));
    byte[] whole = Arrays.copyOf(buffer.array(), buffer.capacity() + DIGEST);
    System.arraycopy(sum(buffer.array()), 0, whole, buffer.capacity(), DIGEST);
    return whole;
  }

  private static byte[] sum(byte[] bytes) {
    return HexFormat.of().parseHex(Digest.ofSha256(bytes).hex());
  }

  /// Whether the file's digest can be had without reading it.
  Optional<byte[]> find(Identity file) {
    byte[] digest = seen.get(file);
    if (digest == null) {
      digest = remembered.get(file);
      if (digest != null) {
        seen.put(file, digest);
      }
    }
    return Optional.ofNullable(digest);
  }

  /// The time before a file is read, for [#put].
  long now() {
    return Math.multiplyExact(clock.millis(), 1_000_000L);
  }

  /// @param began when reading it began
  void put(Identity file, byte[] digest, long began) {
    if (Math.max(file.changedNanos(), file.modifiedNanos()) <= began - TICK.toNanos()) {
      seen.put(file, digest);
      changed = true;
    }
  }

  /// Writes what is known now, if that is more than what was read.
  void write(Path file) throws IOException {
    if (!changed) {
      return;
    }
    Map<Identity, byte[]> all = new HashMap<>(seen);
    if (remembered.size() <= MOST_UNSEEN) {
      remembered.forEach(all::putIfAbsent);
    }
    Replacement.of(file).write(bytes(all));
  }
}
