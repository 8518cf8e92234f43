package org.anyarch.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.anyarch.build.containerfile.ContainerfileException;
import org.anyarch.build.containerfile.IgnoreFile;

/// Finds the patterns of what a build does not see.
public final class IgnoreFiles {
  private IgnoreFiles() {}

  /// Reads `own`, the ignore file of the Containerfile alone, or where there is none the context's
  /// .dockerignore; nothing is hidden if neither is there.
  public static IgnoreFile read(Path context, Path own) throws IOException, ContainerfileException {
    Path file = Files.isRegularFile(own) ? own : context.resolve(".dockerignore");
    return IgnoreFile.parse(
        Files.isRegularFile(file) ? Files.readString(file) : "", file.getFileName().toString());
  }
}
