package org.anyarch.build.solve;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.anyarch.build.plan.InlineFile;
import org.anyarch.session.ContainerSpec;

/// Files whose content stands in a Containerfile, written where steps can take them from.
final class InlineFiles {
  private InlineFiles() {}

  /// Copies the files to `target`, or into it.
  ///
  /// @param root the root that `target` lies in; what is needed for a moment is made beside it
  static void copy(
      List<InlineFile> files, TreeCopy copy, Path root, Path target, boolean intoFolder)
      throws IOException {
    if (files.isEmpty()) {
      return;
    }
    Path beside = root.resolveSibling("inline-" + root.getFileName());
    Path folder = Files.createDirectory(beside);
    try {
      for (InlineFile file : files) {
        Path to = intoFolder ? target.resolve(file.name()) : target;
        copy.makeFolders(root, to.resolveSibling(".").normalize());
        copy.one(write(file, folder, "rw-r--r--"), to);
      }
    } finally {
      Trees.delete(folder);
    }
  }

  /// Writes the files as programs, and says where a container has them.
  ///
  /// @param target the folder in the container
  static List<ContainerSpec.Bind> programs(List<InlineFile> files, Path folder, String target)
      throws IOException {
    List<ContainerSpec.Bind> binds = new ArrayList<>();
    for (InlineFile file : files) {
      Path written = write(file, Files.createDirectories(folder), "rwxr-xr-x");
      binds.add(new ContainerSpec.Bind(written, target + file.name(), false));
    }
    return binds;
  }

  private static Path write(InlineFile file, Path folder, String mode) throws IOException {
    Path path = folder.resolve(file.name());
    Files.write(path, file.content().getBytes(StandardCharsets.UTF_8));
    // Whatever the caller's umask is.
    return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }
}
