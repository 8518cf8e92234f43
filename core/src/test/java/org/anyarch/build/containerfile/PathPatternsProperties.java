package org.anyarch.build.containerfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.PatternSyntaxException;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// Patterns against a second, slow way to say what they mean: by trying every way to match,
/// character by character.
final class PathPatternsProperties {
  @Provide
  Arbitrary<String> patterns() {
    return Arbitraries.of(
            "a", "b", "c", "/", "/", "*", "**", "**/", "?", "[ab]", "[^a]", "[b-c]", "[^b]", "\\*",
            ".", "!")
        .list()
        .ofMinSize(1)
        .ofMaxSize(6)
        .map(parts -> String.join("", parts));
  }

  @Provide
  Arbitrary<String> paths() {
    return Arbitraries.of("a", "b", "c", "ab", "ca", "a.b", "*", "abc")
        .list()
        .ofMinSize(1)
        .ofMaxSize(4)
        .map(parts -> String.join("/", parts));
  }

  @Property(tries = 20_000)
  void aListSaysWhatTheSlowWaySays(
      @ForAll("lists") List<String> patterns, @ForAll("paths") String path) {
    PathPatterns compiled;
    try {
      compiled = PathPatterns.of(patterns);
    } catch (PatternSyntaxException onlyAnExclamationMark) {
      assertThat(patterns).anyMatch(p -> p.equals("!"));
      return;
    }
    boolean expected = false;
    for (String pattern : patterns) {
      boolean takesBack = pattern.startsWith("!");
      String cleaned = cleaned(takesBack ? pattern.substring(1) : pattern);
      for (int end = path.length(); end > 0; end = path.lastIndexOf('/', end - 1)) {
        if (slow(cleaned, 0, path.substring(0, end), 0)) {
          expected = !takesBack;
          break;
        }
      }
    }
    assertThat(compiled.matches(path)).isEqualTo(expected);
  }

  /// What is pruned is never missed.
  @Property(tries = 20_000)
  void belowAFolderThatMayNotDifferNothingDiffers(
      @ForAll("lists") List<String> patterns,
      @ForAll("paths") String folder,
      @ForAll("paths") String below) {
    PathPatterns compiled;
    try {
      compiled = PathPatterns.of(patterns);
    } catch (PatternSyntaxException onlyAnExclamationMark) {
      assertThat(patterns).anyMatch(p -> p.equals("!"));
      return;
    }
    if (!compiled.mayDifferBelow(folder)) {
      assertThat(compiled.matches(folder + "/" + below)).isEqualTo(compiled.matches(folder));
    }
  }

  @Provide
  Arbitrary<List<String>> lists() {
    return patterns().list().ofMaxSize(4);
  }

  /// A name's pattern as Go's filepath.Match documents it.
  @Property(tries = 5_000)
  void namesMatchAsFilepathMatchSays(
      @ForAll("namePatterns") String pattern, @ForAll("names") String name) {
    assertThat(PathPattern.ofNames(pattern).matches(name)).isEqualTo(slow(pattern, 0, name, 0));
  }

  @Provide
  Arbitrary<String> namePatterns() {
    return patterns().map(p -> p.replace("/", "")).filter(p -> !p.contains("**"));
  }

  @Provide
  Arbitrary<String> names() {
    return Arbitraries.strings().withChars("abc.*!").ofMaxLength(5);
  }

  @Property
  void anyTextIsAPatternOrRefused(@ForAll String pattern, @ForAll String path) {
    try {
      assertThat(PathPattern.ofPaths(pattern).matches(path)).isIn(true, false);
      assertThat(PathPattern.ofNames(pattern).matches(path)).isIn(true, false);
    } catch (PatternSyntaxException e) {
      assertThat(e.getDescription()).isNotEmpty();
    }
  }

  private static String cleaned(String pattern) {
    List<String> parts = new ArrayList<>();
    for (String part : pattern.split("/", -1)) {
      if (part.equals("..")) {
        if (!parts.isEmpty() && !parts.getLast().equals("..")) {
          parts.removeLast();
        } else if (!pattern.startsWith("/")) {
          parts.add(part);
        }
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
    }
    return String.join("/", parts);
  }

  private static boolean slow(String pattern, int p, String path, int s) {
    if (p == pattern.length()) {
      return s == path.length();
    }
    if (pattern.startsWith("**", p)) {
      int next = pattern.startsWith("**/", p) ? p + 3 : p + 2;
      if (next >= pattern.length()) {
        return true;
      }
      // At the very front, with nothing special behind, it is any beginning: **.c and **/a.
      boolean suffix =
          p == 0 && pattern.substring(2).chars().noneMatch(c -> "*?[\\".indexOf(c) >= 0);
      if (suffix) {
        String end = pattern.substring(2);
        return path.endsWith(end) || ("/" + path).equals(end);
      }
      if (slow(pattern, next, path, s)) {
        return true;
      }
      for (int slash = path.indexOf('/', s); slash >= 0; slash = path.indexOf('/', slash + 1)) {
        if (slow(pattern, next, path, slash + 1)) {
          return true;
        }
      }
      return false;
    }
    char c = pattern.charAt(p);
    if (c == '*') {
      for (int end = s; ; end++) {
        if (slow(pattern, p + 1, path, end)) {
          return true;
        }
        if (end == path.length() || path.charAt(end) == '/') {
          return false;
        }
      }
    }
    if (s == path.length()) {
      return false;
    }
    if (c == '[') {
      int close = pattern.indexOf(']', p);
      String set = pattern.substring(p + 1, close);
      boolean in =
          switch (set) {
            case "ab" -> "ab".indexOf(path.charAt(s)) >= 0;
            case "^a" -> path.charAt(s) != 'a';
            case "^b" -> path.charAt(s) != 'b';
            case "b-c" -> "bc".indexOf(path.charAt(s)) >= 0;
            default -> throw new IllegalArgumentException(set);
          };
      return in && slow(pattern, close + 1, path, s + 1);
    }
    if (c == '?') {
      return path.charAt(s) != '/' && slow(pattern, p + 1, path, s + 1);
    }
    int literal = c == '\\' ? p + 1 : p;
    return pattern.charAt(literal) == path.charAt(s) && slow(pattern, literal + 1, path, s + 1);
  }
}
