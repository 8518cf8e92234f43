package org.anyarch.build.containerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// One pattern of paths: `*` and `?` stay within a folder, `[a-z]` and `[^a-z]` are one character,
/// a backslash takes the next one as it is. In patterns of paths ([#ofPaths]) `**` crosses folders,
/// and `[^a]` may be the slash between two, as BuildKit has it; in those of names ([#ofNames]) `**`
/// is no more than `*`, and nothing is a slash.
public final class PathPattern {
  private enum Kind {
    EXACT,
    PREFIX,
    SUFFIX,
    EXPRESSION
  }

  private final Kind kind;
  private final String text;
  private final Pattern expression;
  private final List<PathPattern> parts;

  private PathPattern(Kind kind, String text, Pattern expression, List<PathPattern> parts) {
    this.kind = kind;
    this.text = text;
    this.expression = expression;
    this.parts = List.copyOf(parts);
  }

  /// Whether anything in `text` is more than itself.
  public static boolean isPattern(String text) {
    for (int i = 0; i < text.length(); i++) {
      switch (text.charAt(i)) {
        case '\\' -> i++;
        case '*', '?', '[' -> {
          return true;
        }
        default -> {}
      }
    }
    return false;
  }

  /// What a text without wildcards means: backslashes before characters taken away.
  public static String literal(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '\\' && i + 1 < text.length()) {
        i++;
      }
      out.append(text.charAt(i));
    }
    return out.toString();
  }

  /// A pattern for one name, as the sources of COPY have them.
  ///
  /// @throws PatternSyntaxException if a `[` is not closed or has nothing in it
  public static PathPattern ofNames(String pattern) {
    return new PathPattern(Kind.EXPRESSION, pattern, compiled(pattern, false), List.of());
  }

  /// A pattern for whole paths, as .dockerignore has them, already without `.` and double slashes.
  ///
  /// @throws PatternSyntaxException if a `[` is not closed or has nothing in it
  public static PathPattern ofPaths(String pattern) {
    List<PathPattern> parts = new ArrayList<>();
    List<String> names = names(pattern);
    for (String part : names) {
      // What crosses folders: a class does so if it has a slash.
      if (part.contains("**") || part.contains("[")) {
        break;
      }
      parts.add(ofNames(part));
    }
    if (parts.size() == names.size()) {
      // Nothing is longer than the pattern; this ends the search below it.
      parts.add(new PathPattern(Kind.EXACT, "", Pattern.compile(""), List.of()));
    }
    Pattern expression = compiled(pattern, true);
    int stars = pattern.indexOf("**");
    String rest = stars < 0 ? pattern : pattern.substring(0, stars) + pattern.substring(stars + 2);
    if (!rest.contains("\\") && !isPattern(rest)) {
      if (stars < 0) {
        return new PathPattern(Kind.EXACT, pattern, expression, parts);
      }
      if (stars == 0) {
        return new PathPattern(Kind.SUFFIX, rest, expression, parts);
      }
      if (stars + 2 == pattern.length()) {
        return new PathPattern(Kind.PREFIX, rest, expression, parts);
      }
    }
    return new PathPattern(Kind.EXPRESSION, pattern, expression, parts);
  }

  /// The patterns between the slashes; one within `[ ]` is not between two names.
  public static List<String> names(String pattern) {
    List<String> names = new ArrayList<>();
    int start = 0;
    boolean inClass = false;
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c == '\\') {
        i++;
      } else if (inClass) {
        inClass = c != ']';
      } else if (c == '[') {
        // What never closes is no class, and is refused where the pattern is compiled.
        inClass = true;
      } else if (c == '/') {
        names.add(pattern.substring(start, i));
        start = i + 1;
      }
    }
    names.add(pattern.substring(start));
    return names;
  }

  /// Whether the whole of `path` matches.
  public boolean matches(String path) {
    return switch (kind) {
      case EXACT -> path.equals(text);
      case PREFIX -> path.startsWith(text);
      // As .gitignore has it, **/name is also the name alone, and **.c any path with that end.
      case SUFFIX ->
          path.endsWith(text) || (text.startsWith("/") && path.equals(text.substring(1)));
      case EXPRESSION -> expression.matcher(path).matches();
    };
  }

  /// Whether a path below `folder` can match.
  boolean mayMatchBelow(String folder) {
    String[] names = folder.split("/", -1);
    boolean bounded = !parts.isEmpty() && parts.getLast().kind == Kind.EXACT;
    int known = bounded ? parts.size() - 1 : parts.size();
    if (bounded && names.length >= known) {
      return false;
    }
    for (int i = 0; i < Math.min(names.length, known); i++) {
      if (!parts.get(i).matches(names[i])) {
        return false;
      }
    }
    return true;
  }

  private static Pattern compiled(String pattern, boolean paths) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      switch (c) {
        case '*' -> {
          if (paths && i + 1 < pattern.length() && pattern.charAt(i + 1) == '*') {
            i++;
            if (i + 1 < pattern.length() && pattern.charAt(i + 1) == '/') {
              i++;
            }
            out.append(i + 1 == pattern.length() ? ".*" : "(?:.*/)?");
          } else {
            out.append("[^/]*");
          }
        }
        case '?' -> out.append("[^/]");
        case '[' -> i = charClass(pattern, i, paths, out);
        case '\\' -> {
          i++;
          if (i == pattern.length()) {
            throw new PatternSyntaxException("a backslash at its end", pattern, i);
          }
          // Two chars of one code point stay together, since the next one is taken as it is.
          out.append(quoted(pattern.charAt(i)));
        }
        default -> out.append(quoted(c));
      }
    }
    return Pattern.compile(out.toString(), Pattern.DOTALL);
  }

  private static String quoted(char c) {
    return "\\.[]{}()*+-?^$|&#~ ".indexOf(c) >= 0 ? "\\" + c : String.valueOf(c);
  }

  /// `[a-z]` and `[^a-z]`, where a backslash takes the next character as it is; returns where it
  /// ends.
  private static int charClass(String pattern, int start, boolean paths, StringBuilder out) {
    int i = start + 1;
    boolean negated = i < pattern.length() && pattern.charAt(i) == '^';
    if (negated) {
      i++;
    }
    StringBuilder set = new StringBuilder();
    int members = 0;
    while (i < pattern.length() && (pattern.charAt(i) != ']' || members == 0)) {
      int low = member(pattern, i);
      i = after(pattern, i);
      int high = low;
      if (i < pattern.length() && pattern.charAt(i) == '-') {
        high = member(pattern, i + 1);
        i = after(pattern, i + 1);
      }
      // A range whose ends are the wrong way round has nothing in it.
      if (low <= high) {
        set.append("\\x{%x}-\\x{%x}".formatted(low, high));
      }
      members++;
    }
    if (i >= pattern.length()) {
      throw new PatternSyntaxException("[ is not closed", pattern, start);
    }
    if (set.isEmpty()) {
      out.append(negated ? paths ? "." : "[^/]" : "(?!)");
    } else if (paths) {
      out.append(negated ? "[^" : "[").append(set).append(']');
    } else {
      // A class is one character of a name, never the slash between two.
      out.append(negated ? "[^/" : "(?!/)[").append(set).append(']');
    }
    return i;
  }

  private static int member(String pattern, int at) {
    int here = at < pattern.length() && pattern.charAt(at) == '\\' ? at + 1 : at;
    if (here >= pattern.length()) {
      throw new PatternSyntaxException("[ is not closed", pattern, at);
    }
    int c = pattern.codePointAt(here);
    if (here == at && (c == '-' || c == ']')) {
      throw new PatternSyntaxException(
          "a " + (char) c + " in [ ] that stands for itself has a backslash before it",
          pattern,
          at);
    }
    return c;
  }

  private static int after(String pattern, int at) {
    int here = pattern.charAt(at) == '\\' ? at + 1 : at;
    return here + Character.charCount(pattern.codePointAt(here));
  }
}
