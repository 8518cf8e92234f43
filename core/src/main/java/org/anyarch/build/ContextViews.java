package org.anyarch.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.anyarch.build.containerfile.ContainerfileException;
import org.anyarch.build.containerfile.IgnoreFile;
import org.anyarch.build.solve.ContextView;

/// Says what a build sees of its folders. The output and anyarch's own folder are no input,
/// wherever they are.
///
/// @param written the folders that the build writes to
record ContextViews(List<Path> written, Progress progress) {
  ContextViews {
    written = List.copyOf(written);
  }

  static void check(Path context) throws BuildException {
    if (!Files.isDirectory(context)) {
      throw new BuildException("the context " + context + " is not a folder");
    }
    if (!Files.isReadable(context) || !Files.isExecutable(context)) {
      throw new BuildException(
          "the context " + context + " cannot be read: Permission denied (EACCES)");
    }
  }

  Map<String, ContextView> of(Map<String, Path> folders)
      throws IOException, ContainerfileException {
    Map<String, ContextView> views = new HashMap<>();
    for (Map.Entry<String, Path> named : folders.entrySet()) {
      Path folder = named.getValue();
      IgnoreFile ignore = IgnoreFiles.read(folder, folder.resolve(".dockerignore"));
      views.put(named.getKey(), of(folder, ignore));
    }
    return views;
  }

  ContextView of(Path folder, IgnoreFile ignore) throws IOException {
    List<Path> own = new ArrayList<>();
    for (Path path : written) {
      if (Files.isDirectory(path)
          && path.toRealPath().startsWith(folder)
          && !path.toRealPath().equals(folder)) {
        own.add(path.toRealPath());
        progress.note("", "not part of the context, since this build writes there: " + path);
      }
    }
    return new ContextView(folder, ignore, own);
  }
}
