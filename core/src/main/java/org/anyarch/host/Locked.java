package org.anyarch.host;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.StandardOpenOption;

/// The lock of a host's folder: whoever changes handlers there takes turns. It goes with its
/// process, however that ends.
final class Locked implements AutoCloseable {
  private final FileChannel file;
  private final FileLock lock;

  private Locked(FileChannel file, FileLock lock) {
    this.file = file;
    this.lock = lock;
  }

  /// Waits for the others.
  static Locked of(HostFolder folder) throws IOException {
    FileChannel file =
        FileChannel.open(folder.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      return new Locked(file, file.lock());
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    lock.release();
    file.close();
  }
}
