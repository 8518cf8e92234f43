package org.anyarch.twins;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/// Space that twins leave to whoever has to write: without them everything is slower, with a full
/// disk nothing is built at all.
final class Room {
  /// More than a few of the largest packages unpacked.
  private static final long LEFT = 256L << 20;

  private Room() {}

  static void require(Path folder) throws IOException {
    FileStore disk = Files.getFileStore(folder);
    if (disk.getUsableSpace() < LEFT) {
      throw new IOException("less than " + (LEFT >> 20) + " MB are left on " + disk);
    }
  }
}
