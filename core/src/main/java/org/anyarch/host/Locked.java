package org.anyarch.host;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Optional;

/// The lock of a host's folder: whoever changes handlers there takes turns. It goes with its
/// process, however that ends.
final class Locked implements AutoCloseable {
  private final FileChannel file;
  private final FileLock lock;

  private Locked(FileChannel file, FileLock lock) {
    this.file = file;
    this.lock = lock;
  }

  /// Waits for the others. Whoever had it last may have removed the folder.
  static Locked of(HostFolder folder) throws IOException {
    return Vanishing.outlast(() -> tried(folder));
  }

  /// An inode that is open is no other file's, so the same key means the same file.
  private static Optional<Locked> tried(HostFolder folder) throws IOException {
    Path path = folder.lock();
    Files.createDirectories(folder.emulators());
    try (FileChannel made =
        FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      assert made.isOpen();
    }
    Object key = key(path);
    FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE);
    try {
      FileLock lock = file.lock();
      if (key.equals(key(path))) {
        // The last one may have removed it after it was made above, and only then its lock.
        Files.createDirectories(folder.emulators());
        return Optional.of(new Locked(file, lock));
      }
    } catch (IOException e) {
      file.close();
      throw e;
    }
    file.close();
    return Optional.empty();
  }

  private static Object key(Path path) throws IOException {
    return Objects.requireNonNull(
        Files.readAttributes(path, BasicFileAttributes.class).fileKey(), "Linux has inodes");
  }

  @Override
  public void close() throws IOException {
    lock.release();
    file.close();
  }
}
