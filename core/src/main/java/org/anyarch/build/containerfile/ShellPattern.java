package org.anyarch.build.containerfile;

import java.util.Arrays;
import java.util.regex.PatternSyntaxException;

/// A pattern of `${NAME#…}`, `%` and `/`: `*` is any text, `?` any character, and a backslash takes
/// `*`, `?` and itself as they are; before `}` and `/` it only kept them from ending the pattern.
///
/// Never takes longer than the product of the two lengths, whatever the pattern: a regular
/// expression of several `*` would take for ever.
final class ShellPattern {
  private static final int STAR = -1;
  private static final int ANY_ONE = -2;

  /// Code points, [#STAR] and [#ANY_ONE].
  private final int[] tokens;

  private ShellPattern(int[] tokens) {
    this.tokens = tokens;
  }

  /// @throws PatternSyntaxException for a backslash before anything else
  static ShellPattern of(String text) {
    int[] points = text.codePoints().toArray();
    int[] tokens = new int[points.length];
    int count = 0;
    for (int i = 0; i < points.length; i++) {
      int token =
          switch (points[i]) {
            case '*' -> STAR;
            case '?' -> ANY_ONE;
            default -> points[i];
          };
      if (token == '\\') {
        i++;
        if (i == points.length || "*?\\}/".indexOf(points[i]) < 0) {
          throw new PatternSyntaxException(
              "a pattern knows only \\*, \\?, \\\\, \\} and \\/", text, i - 1);
        }
        token = points[i];
      }
      tokens[count++] = token;
    }
    return new ShellPattern(Arrays.copyOf(tokens, count));
  }

  String withoutPrefix(String value, boolean longest) {
    int[] points = value.codePoints().toArray();
    int end = end(points, 0, longest);
    return end < 0 ? value : new String(points, end, points.length - end);
  }

  String withoutSuffix(String value, boolean longest) {
    int[] points = value.codePoints().toArray();
    int end = reversed().end(reversed(points), 0, longest);
    return end < 0 ? value : new String(points, 0, points.length - end);
  }

  /// Replaces what matches, the first from the left and each as long as it can be. Where nothing
  /// matches between two characters the replacement comes in, but never right behind another.
  String replaced(String value, String replacement, boolean all) {
    int[] points = value.codePoints().toArray();
    boolean[] starts = starts(points);
    StringBuilder out = new StringBuilder();
    int copied = 0;
    int at = 0;
    int lastEnd = -1;
    while (at <= points.length) {
      int end = starts[at] ? end(points, at, true) : -1;
      if (end < 0 || (end == at && at == lastEnd)) {
        at++;
        continue;
      }
      out.append(new String(points, copied, at - copied)).append(replacement);
      copied = end;
      lastEnd = end;
      if (!all) {
        break;
      }
      at = Math.max(end, at + 1);
    }
    return out.append(new String(points, copied, points.length - copied)).toString();
  }

  /// Where the match that begins at `from` ends, or -1.
  private int end(int[] points, int from, boolean longest) {
    boolean[] states = new boolean[tokens.length + 1];
    enter(states, 0);
    int found = -1;
    for (int at = from; ; at++) {
      if (states[tokens.length]) {
        found = at;
        if (!longest) {
          return found;
        }
      }
      if (at == points.length || !step(states, points[at])) {
        return found;
      }
    }
  }

  /// At which places of the text a match begins.
  private boolean[] starts(int[] points) {
    ShellPattern backwards = reversed();
    boolean[] starts = new boolean[points.length + 1];
    boolean[] states = new boolean[tokens.length + 1];
    for (int at = points.length; at >= 0; at--) {
      backwards.enter(states, 0);
      starts[at] = states[tokens.length];
      if (at > 0) {
        backwards.step(states, points[at - 1]);
      }
    }
    return starts;
  }

  /// Marks that the first `state` tokens have matched, and those behind them that may be nothing.
  private void enter(boolean[] states, int state) {
    int s = state;
    states[s] = true;
    while (s < tokens.length && tokens[s] == STAR) {
      s++;
      states[s] = true;
    }
  }

  /// Takes one character; false if nothing can match any more.
  private boolean step(boolean[] states, int point) {
    boolean alive = false;
    // From behind, so that what this character leads to is not led on by it.
    for (int s = tokens.length; s >= 0; s--) {
      boolean was = states[s];
      states[s] = false;
      if (!was || s == tokens.length) {
        continue;
      }
      if (tokens[s] == STAR) {
        enter(states, s);
        alive = true;
      } else if (tokens[s] == ANY_ONE || tokens[s] == point) {
        enter(states, s + 1);
        alive = true;
      }
    }
    return alive;
  }

  private ShellPattern reversed() {
    return new ShellPattern(reversed(tokens));
  }

  private static int[] reversed(int[] values) {
    int[] out = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      out[i] = values[values.length - 1 - i];
    }
    return out;
  }
}
