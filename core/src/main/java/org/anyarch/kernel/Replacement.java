package org.anyarch.kernel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;

/// A new content for a file, which appears as a whole: whoever reads meanwhile sees the old content
/// or the new one, and a writer that is killed leaves the old one.
///
/// @param file what is written; a link is replaced, not followed
/// @param permissions as in `rw-r--r--`; empty for those the umask gives
/// @param synced whether the content is on the disk before it appears, so that a loss of power
///   leaves one of the two
public record Replacement(Path file, String permissions, boolean synced) {
  /// For everybody to read, not synced.
  public static Replacement readable(Path file) {
    return new Replacement(file, "rw-r--r--", false);
  }

  /// With the umask's permissions, not synced.
  public static Replacement of(Path file) {
    return new Replacement(file, "", false);
  }

  public void write(String text) throws IOException {
    write(text.getBytes(StandardCharsets.UTF_8));
  }

  /// From the begin on nobody sees what only some may.
  private FileAttribute<?>[] attributes() {
    return permissions.isEmpty()
        ? new FileAttribute<?>[0]
        : new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        };
  }

  public void write(byte[] content) throws IOException {
    // Hidden, and without the suffix that systemd and others look for.
    Path partial = file.resolveSibling(".anyarch-" + UUID.randomUUID() + ".partial");
    try {
      try (FileChannel channel =
          FileChannel.open(
              partial,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              attributes())) {
        ByteBuffer left = ByteBuffer.wrap(content);
        // A disk that is nearly full takes a part and refuses only the rest.
        while (left.hasRemaining()) {
          channel.write(left);
        }
        if (synced) {
          channel.force(true);
        }
      }
      if (!permissions.isEmpty()) {
        Files.setPosixFilePermissions(partial, PosixFilePermissions.fromString(permissions));
      }
      Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(partial);
    }
  }
}
