package org.anyarch.build.containerfile;

import java.util.ArrayList;
import java.util.List;

/// Reads a logical line word by word.
final class LineCursor {
  private final Line line;
  private final char escape;
  private final String text;
  private int at;

  LineCursor(Line line, char escape) {
    this.line = line;
    this.escape = escape;
    this.text = line.text();
  }

  /// Where it stands, in characters.
  int at() {
    return at;
  }

  void goTo(int index) {
    at = index;
  }

  /// The place where it stands.
  Location place() {
    return line.at(at);
  }

  /// Whether the text goes on with `what`.
  boolean sees(String what) {
    return text.startsWith(what, at);
  }

  /// What is left, without white space around it.
  String rest() {
    return text.substring(at).strip();
  }

  /// The text up to the next white space, whatever it is.
  String keyword() {
    skipSpace();
    int start = at;
    while (at < text.length() && !isSpace(text.charAt(at))) {
      at++;
    }
    return text.substring(start, at);
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t';
  }

  void skipSpace() {
    while (at < text.length() && isSpace(text.charAt(at))) {
      at++;
    }
  }

  /// The next word: up to white space that is neither quoted nor escaped. Quotes stay in it.
  Word word() {
    skipSpace();
    int start = at;
    char quote = 0;
    while (at < text.length() && (quote != 0 || !isSpace(text.charAt(at)))) {
      char c = text.charAt(at);
      if (c == escape && quote != '\'' && at + 1 < text.length()) {
        at++;
      } else if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == '"' || c == '\'') {
        quote = c;
      }
      at++;
    }
    return new Word(text.substring(start, at), line.at(start));
  }

  List<Word> words() {
    List<Word> words = new ArrayList<>();
    for (skipSpace(); at < text.length(); skipSpace()) {
      words.add(word());
    }
    return words;
  }

  Word remainder() {
    skipSpace();
    return new Word(text.substring(at).stripTrailing(), line.at(at));
  }
}
