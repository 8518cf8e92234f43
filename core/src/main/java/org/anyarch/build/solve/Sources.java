package org.anyarch.build.solve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.PatternSyntaxException;
import org.anyarch.build.BuildException;
import org.anyarch.build.containerfile.PathPattern;
import org.anyarch.build.containerfile.PathPatterns;
import org.anyarch.build.plan.PlannedStep;
import org.anyarch.oci.Listing;
import org.anyarch.oci.RootPath;

/// Finds what the paths and patterns of a COPY name.
final class Sources {
  /// A file or folder to be copied.
  ///
  /// @param path with all links resolved inside its root
  /// @param name what the pattern found it as
  /// @param base what patterns for parts of it are relative to
  /// @param only the pattern of what is taken, with `--parents`
  record Found(Path path, String name, Path base, Optional<String> only) {}

  private final PlannedStep.CopyStep step;
  private final SourceTree tree;
  private final Path root;

  private Sources(PlannedStep.CopyStep step, SourceTree tree) {
    this.step = step;
    this.tree = tree;
    this.root = tree.root();
  }

  /// What `source` finds, in bytewise order. A wildcard may find nothing, a plain name may not.
  static List<Found> find(PlannedStep.CopyStep step, String source, SourceTree tree)
      throws IOException, BuildException {
    Sources sources = new Sources(step, tree);
    return step.options().parents() ? sources.withParents(source) : sources.plain(source);
  }

  private List<Found> plain(String pattern) throws IOException, BuildException {
    List<Found> found = new ArrayList<>();
    boolean wildcard = PathPattern.isPattern(pattern);
    boolean ignored = false;
    for (Path match : wildcard ? matching(pattern) : List.of(named(pattern))) {
      Path path = RootPath.resolve(root, root.relativize(match).toString());
      if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        if (hidden(match) || hidden(path)) {
          ignored = true;
        } else {
          boolean folder = Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
          Path base = folder ? path : path.resolveSibling(".").normalize();
          found.add(new Found(path, match.getFileName().toString(), base, Optional.empty()));
        }
      }
    }
    if (found.isEmpty() && !wildcard) {
      throw missing(pattern, ignored);
    }
    return found;
  }

  private Path named(String pattern) {
    return root.resolve(PathPattern.literal(pattern)).normalize();
  }

  private BuildException missing(String pattern, boolean ignored) {
    return new BuildException(
        step.location()
            + ": "
            + step.keyword()
            + ": \""
            + pattern
            + "\" is not in "
            + step.sourceName()
            + (ignored ? ": .dockerignore excludes it" : ""));
  }

  /// The folders that what is before the pivot finds, each with the pattern behind it.
  private List<Found> withParents(String source) throws IOException, BuildException {
    int pivot = source.indexOf("/./");
    String above = pivot < 0 ? "." : source.substring(0, pivot);
    String pattern = pivot < 0 ? source : source.substring(pivot + 3);
    List<Found> found = new ArrayList<>();
    boolean wildcard = PathPattern.isPattern(above);
    for (Path match : wildcard ? matching(above) : List.of(named(above))) {
      Path base = RootPath.resolve(root, root.relativize(match).toString());
      if (!Files.isDirectory(base, LinkOption.NOFOLLOW_LINKS)) {
        continue;
      }
      if (!wildcard && !PathPattern.isPattern(pattern)) {
        requireThere(base, pattern, source);
      }
      compiled(pattern);
      // A pattern that begins with an exclamation mark would take back.
      String only = pattern.startsWith("!") ? "[!]" + pattern.substring(1) : pattern;
      found.add(
          new Found(base, ".", base, only.equals(".") ? Optional.empty() : Optional.of(only)));
    }
    if (found.isEmpty() && !wildcard) {
      throw missing(source, false);
    }
    return found;
  }

  private void requireThere(Path base, String pattern, String source)
      throws IOException, BuildException {
    Path path = base.resolve(PathPattern.literal(pattern)).normalize();
    Path parent = RootPath.resolveParent(root, root.relativize(path).toString());
    if (!Files.exists(parent, LinkOption.NOFOLLOW_LINKS)) {
      throw missing(source, false);
    }
    if (!parent.equals(path)) {
      throw new BuildException(
          step.location()
              + ": COPY --parents: \""
              + source
              + "\" passes a symbolic link, whose folder cannot be kept; name where it leads");
    }
    if (hidden(path)) {
      throw missing(source, true);
    }
  }

  /// Whether the build sees neither the path nor anything in it.
  private boolean hidden(Path path) throws IOException {
    for (Path above = path; !above.equals(root); above = above.resolveSibling(".").normalize()) {
      boolean folder = Files.isDirectory(above, LinkOption.NOFOLLOW_LINKS);
      Selection.Verdict verdict = tree.seen().of(above, folder);
      if (verdict == Selection.Verdict.LEAVE) {
        return true;
      }
      if (above.equals(path) && verdict == Selection.Verdict.LOOK_INSIDE && nothingIn(path)) {
        return true;
      }
    }
    return false;
  }

  private boolean nothingIn(Path folder) throws IOException {
    for (Path entry : Listing.of(folder)) {
      boolean isFolder = Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS);
      Selection.Verdict verdict = tree.seen().of(entry, isFolder);
      if (verdict == Selection.Verdict.TAKE
          || (verdict == Selection.Verdict.LOOK_INSIDE && !nothingIn(entry))) {
        return false;
      }
    }
    return true;
  }

  /// Folder by folder, so that a `*` never crosses a slash. Links are followed up to the first
  /// wildcard and never behind it.
  private List<Path> matching(String pattern) throws IOException, BuildException {
    List<Path> level = List.of(root);
    boolean wild = false;
    for (String name : PathPattern.names(pattern)) {
      if (name.isEmpty()) {
        continue;
      }
      wild |= PathPattern.isPattern(name);
      List<Path> next = new ArrayList<>();
      for (Path folder : level) {
        if (!wild) {
          String plain = PathPattern.literal(name);
          next.add(RootPath.resolve(root, root.relativize(folder).resolve(plain).toString()));
        } else if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
          next.addAll(found(folder, compiled(name)));
        }
      }
      level = next;
    }
    return level;
  }

  private PathPattern compiled(String pattern) throws BuildException {
    try {
      PathPatterns.of(List.of(pattern));
      return PathPattern.ofNames(pattern);
    } catch (PatternSyntaxException e) {
      throw new BuildException(
          step.location()
              + ": the pattern \""
              + pattern
              + "\" is not complete: "
              + e.getDescription(),
          e);
    }
  }

  private static List<Path> found(Path folder, PathPattern pattern) throws IOException {
    return Listing.of(folder).stream()
        .filter(p -> pattern.matches(p.getFileName().toString()))
        .sorted(Comparator.comparing(p -> p.getFileName().toString()))
        .toList();
  }
}
