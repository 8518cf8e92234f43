package org.anyarch.registry;

import org.anyarch.text.Printable;

/// Text of strangers as a part of our own sentences: made printable by itself, since a control
/// sequence in it could otherwise swallow what we say behind it; and short.
final class Told {
  private static final int MOST = 200;

  private Told() {}

  static String text(String strangers) {
    int end = Math.min(strangers.length(), MOST);
    return Printable.line(strangers.substring(0, end)) + (end < strangers.length() ? "…" : "");
  }

  static String quoted(String strangers) {
    return "'" + text(strangers) + "'";
  }
}
