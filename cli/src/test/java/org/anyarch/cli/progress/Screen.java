package org.anyarch.cli.progress;

import java.util.ArrayList;
import java.util.List;

/// A terminal that understands what [LiveProgress] writes and refuses all else.
final class Screen {
  private final int columns;
  private final List<StringBuilder> rows = new ArrayList<>(List.of(new StringBuilder()));
  private int row;
  private int column;

  Screen(int columns) {
    this.columns = columns;
  }

  Screen write(String text) {
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '\033') {
        int end = at;
        while (!Character.isLetter(text.charAt(end))) {
          end++;
        }
        control(text.charAt(end), text.substring(at + 1, end));
        at = end + 1;
      } else if (c == '\r') {
        column = 0;
      } else if (c == '\n') {
        down();
      } else {
        if (column == columns) {
          down();
        }
        rows.get(row).setLength(column);
        rows.get(row).append(c);
        column++;
      }
    }
    return this;
  }

  private void down() {
    row++;
    column = 0;
    if (row == rows.size()) {
      rows.add(new StringBuilder());
    }
  }

  private void control(char kind, String number) {
    switch (kind) {
      case 'A' -> row -= Integer.parseInt(number);
      case 'J' -> {
        rows.get(row).setLength(column);
        rows.subList(row + 1, rows.size()).clear();
      }
      case 'm' -> {}
      default -> throw new AssertionError("unknown sequence " + number + kind);
    }
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>(rows.stream().map(StringBuilder::toString).toList());
    while (!lines.isEmpty() && lines.getLast().isEmpty()) {
      lines.removeLast();
    }
    return lines;
  }
}
