package org.anyarch.host;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.anyarch.kernel.Replacement;

/// Writes files that users name, so that whoever reads meanwhile sees the old or the new one.
final class WholeFile {
  private static final Path PROCESSES = Path.of("/proc");

  /// As many as the kernel follows in one path.
  private static final int MOST_LINKS = 40;

  private WholeFile() {}

  static void write(Path wanted, String text) throws IOException {
    Path file = wanted.toAbsolutePath();
    for (int links = 0; Files.isSymbolicLink(file); links++) {
      if (links == MOST_LINKS) {
        throw new FileSystemLoopException(wanted.toString());
      }
      // What is open there is the file itself, which a new one of its name would not be.
      if (folder(file).toRealPath().startsWith(PROCESSES)) {
        straight(file, text);
        return;
      }
      file = file.resolveSibling(Files.readSymbolicLink(file));
    }
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)
        && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      straight(file, text);
    } else {
      replace(file, text);
    }
  }

  private static Path folder(Path file) {
    return file.resolveSibling(".");
  }

  private static void straight(Path file, String text) throws IOException {
    try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.APPEND)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void replace(Path file, String text) throws IOException {
    String permissions =
        Files.exists(file)
            ? PosixFilePermissions.toString(Files.getPosixFilePermissions(file))
            : "rw-r--r--";
    new Replacement(file, permissions, false).write(text);
  }
}
