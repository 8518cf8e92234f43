package org.anyarch.oci;

/// Untrusted text for one-line messages: quoted, without control characters, and short.
final class Quoted {
  private static final int LONGEST = 200;

  private Quoted() {}

  static String name(String text) {
    StringBuilder quoted = new StringBuilder("'");
    int shown = Math.min(text.length(), LONGEST);
    for (int i = 0; i < shown; i++) {
      char c = text.charAt(i);
      // Archive entries are made by strangers and messages end in terminals.
      quoted.append(Character.isISOControl(c) || c == '\u2028' || c == '\u2029' ? '\ufffd' : c);
    }
    return quoted.append(shown < text.length() ? "…'" : "'").toString();
  }
}
