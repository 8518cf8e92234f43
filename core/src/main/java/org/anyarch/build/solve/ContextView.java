package org.anyarch.build.solve;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.anyarch.build.containerfile.IgnoreFile;
import org.anyarch.kernel.Failures;

/// What of a context's folder a build sees: not what .dockerignore hides, and not what the build
/// itself writes, which may lie in the same folder.
///
/// @param root the folder
/// @param ignore the patterns of .dockerignore
/// @param own folders that the build writes to, wherever they are
public record ContextView(Path root, IgnoreFile ignore, List<Path> own) implements Predicate<Path> {
  public ContextView {
    own = List.copyOf(own);
  }

  /// Whether the build does not see `path`. A hidden folder is seen if anything in it is.
  @Override
  public boolean test(Path path) {
    if (own.contains(path)) {
      return true;
    }
    String name = root.relativize(path).toString();
    if (name.isEmpty() || !ignore.excludes(name)) {
      return false;
    }
    return !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
        || ignore.prunes(name)
        || nothingSeenIn(path);
  }

  /// As [#test], but for folders that are hidden themselves nothing in them is read.
  Selection.Verdict verdict(Path path, boolean folder) {
    if (!own.isEmpty() && own.contains(path)) {
      return Selection.Verdict.LEAVE;
    }
    if (ignore.isEmpty()) {
      return Selection.Verdict.TAKE;
    }
    String name = root.relativize(path).toString();
    if (name.isEmpty() || !ignore.excludes(name)) {
      return Selection.Verdict.TAKE;
    }
    return folder && !ignore.prunes(name) ? Selection.Verdict.LOOK_INSIDE : Selection.Verdict.LEAVE;
  }

  private boolean nothingSeenIn(Path folder) {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        if (!test(entry)) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(Failures.describe(e), e);
    }
  }
}
