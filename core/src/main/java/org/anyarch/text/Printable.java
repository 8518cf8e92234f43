package org.anyarch.text;

import java.util.regex.Pattern;

/// Text of strangers, fit for a terminal.
public final class Printable {
  private static final char ESCAPE = '\033';
  private static final char ONE_BYTE_CONTROL = '\u009b';
  private static final char ONE_BYTE_COMMAND = '\u009d';

  /// Control sequences of ECMA-48: parameters and a letter (colours, moves), strings (a window's
  /// title), and the short ones.
  private static final Pattern SEQUENCE =
      Pattern.compile(
          "(?:\033\\[|\u009b)[0-?]*[ -/]*[@-~]"
              + "|(?:\033[\\]PX^_]|\u009d)[^\007\033\u009c]*(?:\007|\033\\\\|\u009c)?"
              + "|\033[ -/]*[0-Z\\\\`-~]");

  private Printable() {}

  /// One line without what would steer a terminal or reorder its letters: control sequences are
  /// left out, a tab is a space, and any other control character is a question mark.
  public static String line(String text) {
    if (isPlain(text)) {
      return text;
    }
    String without = isSequence(text) ? SEQUENCE.matcher(text).replaceAll("") : text;
    StringBuilder plain = new StringBuilder(without.length());
    without
        .codePoints()
        .forEach(c -> plain.appendCodePoint(c == '\t' ? ' ' : isUnfit(c) ? '?' : c));
    return plain.toString();
  }

  /// As [#line], of several lines.
  public static String lines(String text) {
    return String.join("\n", text.lines().map(Printable::line).toList());
  }

  private static boolean isSequence(String text) {
    return text.indexOf(ESCAPE) >= 0
        || text.indexOf(ONE_BYTE_CONTROL) >= 0
        || text.indexOf(ONE_BYTE_COMMAND) >= 0;
  }

  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c > '~') {
        return false;
      }
    }
    return true;
  }

  /// Control characters, what turns the direction of writing, and halves of characters.
  private static boolean isUnfit(int c) {
    return Character.isISOControl(c)
        || (c >= 0x202a && c <= 0x202e)
        || (c >= 0x2066 && c <= 0x2069)
        || Character.getType(c) == Character.SURROGATE;
  }
}
