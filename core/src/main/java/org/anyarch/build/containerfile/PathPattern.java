package org.anyarch.build.containerfile;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// The patterns of paths that Containerfiles and .dockerignore share: `*` and `?` stay within a
/// folder, `**` crosses folders, `[a-z]` and `[^a-z]` are one character, a backslash takes the next
/// one as it is.
public final class PathPattern {
  private PathPattern() {}

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

  /// A pattern for whole paths, with `/` between folders.
  ///
  /// @throws PatternSyntaxException if a `[` is not closed
  public static Pattern compile(String pattern) {
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
    return Pattern.compile(out.toString(), Pattern.DOTALL);
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
}
