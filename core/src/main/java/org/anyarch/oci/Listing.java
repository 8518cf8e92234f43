package org.anyarch.oci;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What a folder holds, listed as a whole: streams held open on every level of a deep tree would
/// run out of file descriptors.
public final class Listing {
  private Listing() {}

  public static List<Path> of(Path folder) throws IOException {
    return of(folder, "*");
  }

  /// @param glob of the names wanted
  public static List<Path> of(Path folder, String glob) throws IOException {
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> stream =
        glob.equals("*")
            ? Files.newDirectoryStream(folder)
            : Files.newDirectoryStream(folder, glob)) {
      stream.forEach(children::add);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return children;
  }
}
