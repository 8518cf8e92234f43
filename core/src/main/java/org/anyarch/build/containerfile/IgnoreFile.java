package org.anyarch.build.containerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// A .dockerignore: patterns of paths that the build does not see. `*` stays within a folder, `**`
/// crosses folders, `!` takes back, and the last pattern that matches a path or one of its folders
/// decides.
public final class IgnoreFile {
  private record Rule(Pattern pattern, boolean takesBack) {}

  private final List<Rule> rules;

  private IgnoreFile(List<Rule> rules) {
    this.rules = List.copyOf(rules);
  }

  /// Reads the text of a .dockerignore.
  ///
  /// @throws ContainerfileException with the line of a pattern that is none
  public static IgnoreFile parse(String text) throws ContainerfileException {
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
          throw new ContainerfileException(
              new Location(".dockerignore", number, 1), "! without a pattern");
        }
        continue;
      }
      try {
        rules.add(new Rule(Pattern.compile(regex(cleaned), Pattern.DOTALL), takesBack));
      } catch (PatternSyntaxException e) {
        throw new ContainerfileException(
            new Location(".dockerignore", number, 1),
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

  private static String regex(String pattern) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      switch (c) {
        case '*' -> {
          if (i + 1 < pattern.length() && pattern.charAt(i + 1) == '*') {
            i++;
            if (i + 1 < pattern.length() && pattern.charAt(i + 1) == '/') {
              i++;
              out.append("(?:.*/)?");
            } else {
              out.append(".*");
            }
          } else {
            out.append("[^/]*");
          }
        }
        case '?' -> out.append("[^/]");
        case '[' -> i = charClass(pattern, i, out);
        case '\\' -> {
          i++;
          out.append(
              Pattern.quote(i < pattern.length() ? String.valueOf(pattern.charAt(i)) : "\\"));
        }
        default -> out.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return out.toString();
  }

  /// `[a-z]` and `[^a-z]`; returns where it ends.
  private static int charClass(String pattern, int start, StringBuilder out) {
    int end = pattern.indexOf(']', start + 1);
    if (end < 0) {
      throw new PatternSyntaxException("[ is not closed", pattern, start);
    }
    String content = pattern.substring(start + 1, end);
    boolean negated = content.startsWith("^");
    String set =
        (negated ? content.substring(1) : content)
            .replace("\\", "\\\\")
            .replace("[", "\\[")
            .replace("&", "\\&")
            .replace("^", "\\^");
    out.append(negated ? "[^/" : "[").append(set).append(']');
    return end;
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
