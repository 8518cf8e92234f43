package org.anyarch.twins;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.anyarch.oci.Listing;
import org.anyarch.oci.OciException;
import org.anyarch.oci.RootPath;

/// Reads what packages' tools keep in a root folder, while programs may be changing it: what is not
/// there, or no regular file any more, is nothing.
final class RootFiles {
  /// Larger programs and libraries have no twin.
  private static final long LARGEST = 256L << 20;

  /// Larger texts are not read: those of a distribution's every package are not so long.
  private static final int LARGEST_TEXT = 32 << 20;

  private final Path root;

  RootFiles(Path root) {
    this.root = root;
  }

  /// The text of a file, each byte one character.
  Optional<String> read(String path) throws IOException {
    Optional<Path> file = file(path);
    if (file.isEmpty()) {
      return Optional.empty();
    }
    // Between a look and this, a program may have put anything in its place.
    try (InputStream in = Files.newInputStream(file.get(), LinkOption.NOFOLLOW_LINKS)) {
      byte[] bytes = in.readNBytes(LARGEST_TEXT + 1);
      return bytes.length > LARGEST_TEXT
          ? Optional.empty()
          : Optional.of(new String(bytes, StandardCharsets.ISO_8859_1));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /// What a file of the root is called in it.
  String path(Path file) {
    return "/" + root.relativize(file);
  }

  /// The regular file that `path` leads to in the root.
  Optional<Path> file(String path) throws IOException {
    Optional<Path> file = resolve(path);
    try {
      return file.isPresent()
              && Files.isRegularFile(file.get(), LinkOption.NOFOLLOW_LINKS)
              && Files.size(file.get()) <= LARGEST
          ? file
          : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /// The names in a folder; none if there is no such folder.
  List<String> names(String folder) throws IOException {
    Optional<Path> path = folder(folder);
    try {
      return path.isPresent()
          ? Listing.of(path.get()).stream().map(file -> file.getFileName().toString()).toList()
          : List.of();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  Optional<Path> folder(String path) throws IOException {
    return resolve(path).filter(folder -> Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS));
  }

  private Optional<Path> resolve(String path) throws IOException {
    try {
      return Optional.of(RootPath.resolve(root, path));
    } catch (OciException e) {
      // Links in a circle.
      return Optional.empty();
    }
  }
}
