package org.anyarch.build.containerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.PatternSyntaxException;

/// A .dockerignore: patterns ([PathPatterns]) of paths that the build does not see. `!` takes back,
/// and the last pattern that matches a path or one of its folders decides.
public final class IgnoreFile {
  private final PathPatterns patterns;

  private IgnoreFile(PathPatterns patterns) {
    this.patterns = patterns;
  }

  /// Reads the text of a .dockerignore.
  ///
  /// @param name what errors call it
  /// @throws ContainerfileException with the line of a pattern that is none
  public static IgnoreFile parse(String text, String name) throws ContainerfileException {
    List<String> patterns = new ArrayList<>();
    int number = 0;
    String body = text.startsWith("\uFEFF") ? text.substring(1) : text;
    for (String line : body.split("\r?\n", -1)) {
      number++;
      // Only a # in the first column begins a comment.
      if (line.startsWith("#")) {
        continue;
      }
      try {
        PathPatterns.of(List.of(line));
        patterns.add(line);
      } catch (PatternSyntaxException e) {
        throw new ContainerfileException(
            new Location(name, number, 1),
            "the pattern " + line.strip() + " is not complete: " + e.getDescription(),
            e);
      }
    }
    return new IgnoreFile(PathPatterns.of(patterns));
  }

  /// Whether it hides nothing.
  public boolean isEmpty() {
    return patterns.isEmpty();
  }

  /// Whether the path, relative to the context and with `/` between folders, is hidden.
  public boolean excludes(String path) {
    return patterns.matches(path);
  }

  /// Whether everything below a hidden folder is hidden too, so that it need not be read.
  public boolean prunes(String folder) {
    return patterns.matches(folder) && !patterns.mayDifferBelow(folder);
  }
}
