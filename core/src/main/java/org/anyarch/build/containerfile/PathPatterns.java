package org.anyarch.build.containerfile;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.regex.PatternSyntaxException;

/// The patterns of .dockerignore, `--exclude` and `--parents`: a path matches if the last pattern
/// that matches it or a folder above it does not begin with `!`.
///
/// Paths are relative, with `/` between folders. Safe for several threads. Fast when paths of one
/// folder are asked for one after the other: what is above them is then looked at once.
public final class PathPatterns {
  private record Rule(PathPattern pattern, boolean takesBack) {}

  /// Which of the rules match the folder or one above it.
  private record Folder(String path, BitSet matched) {}

  private final List<Rule> rules;
  private final boolean takesBack;

  /// Only to be fast: a stale one costs time and nothing else.
  private volatile Folder last = new Folder("", new BitSet());

  private PathPatterns(List<Rule> rules) {
    this.rules = List.copyOf(rules);
    this.takesBack = rules.stream().anyMatch(Rule::takesBack);
  }

  /// @throws PatternSyntaxException whose pattern is the one that is none
  public static PathPatterns of(List<String> patterns) {
    List<Rule> rules = new ArrayList<>();
    for (String text : patterns) {
      String trimmed = text.strip();
      boolean negated = trimmed.startsWith("!");
      String pattern = negated ? trimmed.substring(1).strip() : trimmed;
      if (negated && pattern.isEmpty()) {
        throw new PatternSyntaxException("! without a pattern", text, 0);
      }
      if (!pattern.isEmpty()) {
        rules.add(new Rule(PathPattern.ofPaths(clean(pattern)), negated));
      }
    }
    return new PathPatterns(rules);
  }

  /// Without `.`, double slashes, and slashes at either end. A `..` removes what is before it; one
  /// with nothing before it stays, and matches nothing.
  private static String clean(String pattern) {
    List<String> parts = new ArrayList<>();
    for (String part : pattern.split("/", -1)) {
      boolean up = part.equals("..");
      if (up && !parts.isEmpty() && !parts.getLast().equals("..")) {
        parts.removeLast();
      } else if (!part.isEmpty() && !part.equals(".") && !(up && pattern.startsWith("/"))) {
        parts.add(part);
      }
    }
    return String.join("/", parts);
  }

  public boolean isEmpty() {
    return rules.isEmpty();
  }

  /// Whether the last pattern that matches `path` or a folder above it is not one of `!`.
  public boolean matches(String path) {
    return !rules.isEmpty() && decided(matched(path));
  }

  private boolean decided(BitSet matched) {
    int deciding = matched.length() - 1;
    return deciding >= 0 && !rules.get(deciding).takesBack();
  }

  private BitSet matched(String path) {
    int slash = path.lastIndexOf('/');
    BitSet matched = new BitSet(rules.size());
    if (slash > 0) {
      matched.or(folder(path.substring(0, slash)));
    }
    for (int i = 0; i < rules.size(); i++) {
      if (!matched.get(i) && rules.get(i).pattern().matches(path)) {
        matched.set(i);
      }
    }
    return matched;
  }

  private BitSet folder(String path) {
    Folder known = last;
    if (!known.path().equals(path)) {
      known = new Folder(path, matched(path));
      last = known;
    }
    return known.matched();
  }

  /// Whether something below the folder may match though the folder does not, or the other way
  /// round. If not, what is below need not be asked for.
  public boolean mayDifferBelow(String folder) {
    if (rules.isEmpty()) {
      return false;
    }
    BitSet matched = folder(folder);
    boolean here = decided(matched);
    if (here && !takesBack) {
      return false;
    }
    for (int i = 0; i < rules.size(); i++) {
      Rule rule = rules.get(i);
      if (!matched.get(i) && rule.takesBack() == here && rule.pattern().mayMatchBelow(folder)) {
        return true;
      }
    }
    return false;
  }
}
