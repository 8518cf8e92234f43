package org.anyarch.build.solve;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/// What a folder holds, counted.
///
/// @param files how many files, links and folders
/// @param bytes what they take on a disk of 4096-byte blocks
record TreeSize(long files, long bytes) {
  private static final long BLOCK = 4096;

  /// Deeper trees are counted to here: their paths are too long to be named, and hardly anybody
  /// makes them but in tests.
  static final int LONGEST_PATH = 3800;

  static TreeSize of(Path root) throws IOException {
    Counter counter = new Counter();
    Files.walkFileTree(root, counter);
    return new TreeSize(counter.files, counter.bytes);
  }

  /// What a file of so many bytes takes.
  static long blocks(long bytes) {
    return (bytes + BLOCK - 1) & -BLOCK;
  }

  private static final class Counter extends SimpleFileVisitor<Path> {
    private long files;
    private long bytes;

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      files++;
      bytes += BLOCK;
      return folder.toString().length() > LONGEST_PATH
          ? FileVisitResult.SKIP_SUBTREE
          : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      files++;
      if (attributes.isRegularFile()) {
        bytes += blocks(attributes.size());
      }
      return FileVisitResult.CONTINUE;
    }
  }
}
