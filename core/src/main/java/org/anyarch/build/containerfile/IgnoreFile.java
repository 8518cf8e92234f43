package org.anyarch.build.containerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// A .dockerignore: patterns ([PathPattern]) of paths that the build does not see. `!` takes back,
/// and the last pattern that matches a path or one of its folders decides.
public final class IgnoreFile {
  private record Rule(Pattern pattern, boolean takesBack) {}

  private final List<Rule> rules;

  private IgnoreFile(List<Rule> rules) {
    this.rules = List.copyOf(rules);
  }

  /// Reads the text of a .dockerignore.
  ///
  /// @param name what errors call it
  /// @throws ContainerfileException with the line of a pattern that is none
  public static IgnoreFile parse(String text, String name) throws ContainerfileException {
    List<Rule> rules = new ArrayList<>();
    int number = 0;
    String body = text.startsWith("\uFEFF") ? text.substring(1) : text;
    for (String raw : body.lines().toList()) {
      number++;
      // Only a # in the first column begins a comment.
      if (raw.startsWith("#")) {
        continue;
      }
      String line = raw.strip();
      boolean takesBack = line.startsWith("!");
      if (takesBack) {
        line = line.substring(1).strip();
      }
      String cleaned = clean(line);
      if (line.isEmpty() || cleaned.isEmpty()) {
        if (takesBack) {
          throw new ContainerfileException(new Location(name, number, 1), "! without a pattern");
        }
        continue;
      }
      try {
        rules.add(new Rule(PathPattern.compile(cleaned), takesBack));
      } catch (PatternSyntaxException e) {
        throw new ContainerfileException(
            new Location(name, number, 1),
            "the pattern " + line + " is not complete: " + e.getDescription());
      }
    }
    return new IgnoreFile(rules);
  }

  /// Without leading and trailing slashes, `.` and `..`: patterns are relative to the context
  /// wherever they begin.
  private static String clean(String pattern) {
    List<String> parts = new ArrayList<>();
    for (String part : pattern.split("/", -1)) {
      if (part.equals("..") && !parts.isEmpty()) {
        parts.removeLast();
      } else if (!part.isEmpty() && !part.equals(".") && !part.equals("..")) {
        parts.add(part);
      }
    }
    return String.join("/", parts);
  }

  /// Whether the path, relative to the context and with `/` between folders, is hidden.
  public boolean excludes(String path) {
    boolean hidden = false;
    for (Rule rule : rules) {
      if (hidden == rule.takesBack() && matches(rule.pattern(), path)) {
        hidden = !rule.takesBack();
      }
    }
    return hidden;
  }

  /// A pattern that matches a folder matches all in it.
  private static boolean matches(Pattern pattern, String path) {
    for (int end = path.length(); end > 0; end = path.lastIndexOf('/', end - 1)) {
      if (pattern.matcher(path.substring(0, end)).matches()) {
        return true;
      }
    }
    return false;
  }

  /// Whether everything below a hidden folder is hidden too, so that it need not be read.
  public boolean prunes(String folder) {
    return excludes(folder) && rules.stream().noneMatch(Rule::takesBack);
  }
}
