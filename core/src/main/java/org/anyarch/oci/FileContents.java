package org.anyarch.oci;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What is known of the contents of files in a folder without reading them again: their SHA-256,
/// from whoever wrote them.
public final class FileContents {
  /// Nothing is known.
  public static final FileContents UNKNOWN = new FileContents(Path.of(""), Map.of());

  private final Path root;
  private final Map<Path, byte[]> digests;

  /// @param digests by paths that start with `root`
  public FileContents(Path root, Map<Path, byte[]> digests) {
    this.root = root;
    this.digests = digests;
  }

  /// @param folder where the files are now
  /// @param path in that folder
  public byte @Nullable [] sha256(Path folder, Path path) {
    if (digests.isEmpty()) {
      return null;
    }
    return digests.get(folder.equals(root) ? path : root.resolve(folder.relativize(path)));
  }
}
