package org.anyarch.build.solve;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.anyarch.oci.RootPath;

/// The folders and files that an OCI runtime makes in a root because it has to mount something
/// there. They are no part of what the step did and must not get into its layer.
public final class MountStubs {
  private final Path root;
  private final List<Path> absent = new ArrayList<>();

  /// Notes which of `targets` are not there yet, with the parents that would be made along.
  public MountStubs(Path root, List<String> targets) throws IOException {
    this.root = root;
    for (String target : targets) {
      Path path = RootPath.resolve(root, target);
      while (!path.equals(root) && !Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        if (!absent.contains(path)) {
          absent.add(path);
        }
        path = path.resolveSibling(".").normalize();
      }
    }
  }

  /// Removes those that are there now and still empty: what the step filled is its own. So is what
  /// it put in their place: a link among their parents is never followed.
  public void remove() throws IOException {
    // Longer paths first, so that a parent is empty by the time it is looked at.
    absent.sort((a, b) -> b.getNameCount() - a.getNameCount());
    for (Path path : absent) {
      if (isPlain(path) && Files.exists(path, LinkOption.NOFOLLOW_LINKS) && isEmpty(path)) {
        Files.delete(path);
      }
    }
  }

  /// Whether all that leads to the path below the root is folders. Nobody changes it meanwhile: the
  /// step's processes have ended.
  private boolean isPlain(Path path) {
    if (!path.startsWith(root) || path.equals(root)) {
      return false;
    }
    Path here = root;
    for (Path name : root.relativize(path.resolveSibling(".").normalize())) {
      here = here.resolve(name);
      if (!Files.isDirectory(here, LinkOption.NOFOLLOW_LINKS)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isEmpty(Path path) throws IOException {
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
        return !entries.iterator().hasNext();
      }
    }
    return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) && Files.size(path) == 0;
  }
}
