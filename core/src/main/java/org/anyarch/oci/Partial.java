package org.anyarch.oci;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A file on its way to its final name. Its writer holds a lock on it until it is closed, so one
/// that another process can lock was left by a process that was killed.
public record Partial(Path path, FileChannel channel) implements AutoCloseable {
  private static final String PREFIX = ".partial-";
  private static final String OURS = PREFIX + ProcessHandle.current().pid() + "-";

  public static Partial in(Path folder) throws IOException {
    // A sweep of another process can catch the file before it is locked; then there is another.
    for (int attempt = 0; attempt < 100; attempt++) {
      Partial partial = attempt(folder);
      if (partial != null) {
        return partial;
      }
    }
    throw new IOException("cannot lock any new file in " + folder);
  }

  private static @Nullable Partial attempt(Path folder) throws IOException {
    Path path = folder.resolve(OURS + UUID.randomUUID());
    FileChannel channel =
        FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    if (channel.tryLock() != null && Files.exists(path)) {
      return new Partial(path, channel);
    }
    channel.close();
    return null;
  }

  public void write(byte[] bytes, int offset, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  /// Forgets what was written.
  public void restart() throws IOException {
    channel.truncate(0);
  }

  /// Gives the file its final name, in place of whatever has it, once its bytes are on the disk.
  public void become(Path target) throws IOException {
    channel.force(true);
    becomeForNow(target);
    // The rename too outlasts a crash.
    sync(target.resolveSibling("."));
  }

  /// As [#become], but the machine's crash may leave anything of it.
  public void becomeForNow(Path target) throws IOException {
    Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
    channel.close();
  }

  /// Sees to it that a file or folder outlasts a crash of the machine as it is now.
  static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path)) {
      channel.force(true);
    }
  }

  /// Deletes the file unless it has become something.
  @Override
  public void close() throws IOException {
    if (channel.isOpen()) {
      try (channel) {
        Files.deleteIfExists(path);
      }
    }
  }

  /// Replaces `file` as a whole: a reader sees the old or the new content, also after a crash.
  static void replace(Path file, byte[] content) throws IOException {
    try (Partial partial = in(file.resolveSibling("."))) {
      partial.write(content, 0, content.length);
      partial.become(file);
    }
  }

  /// Deletes what killed writers left in `folder`.
  static void sweep(Path folder) throws IOException {
    for (Path path : Listing.of(folder, PREFIX + "*")) {
      // Closing any channel of a file gives up all locks that this process has on it.
      if (!String.valueOf(path.getFileName()).startsWith(OURS)) {
        sweepOne(path);
      }
    }
  }

  private static void sweepOne(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock != null) {
        Files.deleteIfExists(path);
      }
    } catch (NoSuchFileException | OverlappingFileLockException e) {
      // Finished, or swept by another thread, since the folder was listed.
      return;
    }
  }
}
