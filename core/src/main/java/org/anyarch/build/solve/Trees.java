package org.anyarch.build.solve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// Removes folders with all that is in them, however deep: a step may have made paths that are
/// longer than any path may be, so nothing here is named by its whole path.
final class Trees {
  private static final LinkOption SELF = LinkOption.NOFOLLOW_LINKS;

  private Trees() {}

  /// Removes `root`, never following a symbolic link. Nothing happens if it is not there.
  static void delete(Path root) throws IOException {
    if (!Files.isDirectory(root, SELF)) {
      Files.deleteIfExists(root);
      return;
    }
    try (SecureDirectoryStream<Path> top = open(root)) {
      String prefix = "." + UUID.randomUUID() + "-";
      int moved = 0;
      for (List<Path> folders = clear(top); !folders.isEmpty(); folders = clear(root)) {
        for (Path folder : folders) {
          // What is two levels down comes up one, so that no third is ever opened.
          try (SecureDirectoryStream<Path> below = top.newDirectoryStream(folder, SELF)) {
            for (Path deeper : clear(below)) {
              below.move(deeper, top, Path.of(prefix + moved++));
            }
          }
          top.deleteDirectory(folder);
        }
      }
    }
    Files.delete(root);
  }

  private static List<Path> clear(Path root) throws IOException {
    try (SecureDirectoryStream<Path> again = open(root)) {
      return clear(again);
    }
  }

  /// Deletes the files of a folder and returns the names of the folders in it.
  private static List<Path> clear(SecureDirectoryStream<Path> folder) throws IOException {
    List<Path> names = new ArrayList<>();
    for (Path entry : folder) {
      names.add(entry.getFileName());
    }
    List<Path> folders = new ArrayList<>();
    for (Path name : names) {
      if (folder
          .getFileAttributeView(name, BasicFileAttributeView.class, SELF)
          .readAttributes()
          .isDirectory()) {
        folders.add(name);
      } else {
        folder.deleteFile(name);
      }
    }
    return folders;
  }

  /// Every Linux has openat(2), so the stream is always of this kind; the caller closes it.
  @SuppressWarnings("StreamResourceLeak")
  private static SecureDirectoryStream<Path> open(Path folder) throws IOException {
    return (SecureDirectoryStream<Path>) Files.newDirectoryStream(folder);
  }
}
