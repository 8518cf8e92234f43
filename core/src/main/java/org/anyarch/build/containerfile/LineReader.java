package org.anyarch.build.containerfile;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Cuts a Containerfile into logical lines and reads the parser directives at its top.
final class LineReader {
  private static final Pattern DIRECTIVE =
      Pattern.compile("#\\s*([A-Za-z][A-Za-z0-9]*)\\s*=\\s*(.*?)\\s*");

  private final String file;
  private final List<Line> lines = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private final List<int[]> places = new ArrayList<>();
  private char escape = '\\';

  LineReader(String file) {
    this.file = file;
  }

  char escape() {
    return escape;
  }

  List<Line> read(String content) throws ContainerfileException {
    String body = content.startsWith("\uFEFF") ? content.substring(1) : content;
    String[] raw = body.split("\n", -1);
    boolean directives = true;
    for (int i = 0; i < raw.length; i++) {
      String line = raw[i].endsWith("\r") ? raw[i].substring(0, raw[i].length() - 1) : raw[i];
      if (directives) {
        directives = directive(line, i + 1);
      }
      String trimmed = line.strip();
      boolean continued = !places.isEmpty();
      if (trimmed.startsWith("#") || trimmed.isEmpty()) {
        continue; // inside a continuation too, as BuildKit reads them
      }
      take(
          continued ? line : line.stripLeading(),
          i + 1,
          continued ? 0 : line.length() - line.stripLeading().length());
    }
    finish();
    return lines;
  }

  private boolean directive(String line, int number) throws ContainerfileException {
    Matcher matcher = DIRECTIVE.matcher(line);
    if (!matcher.matches()) {
      return false;
    }
    String name = matcher.group(1).toLowerCase(Locale.ROOT);
    String value = matcher.group(2);
    Location location = new Location(file, number, 1);
    switch (name) {
      case "escape" -> {
        if (!value.equals("\\") && !value.equals("`")) {
          throw new ContainerfileException(location, "escape=" + value + " must be \\ or `");
        }
        escape = value.charAt(0);
      }
      case "syntax" -> {
        if (!value.matches(
            "(docker\\.io/)?docker/dockerfile(:1(\\.\\d+)*(-labs)?|:latest)?(@sha256:[0-9a-f]+)?")) {
          throw new ContainerfileException(
              location,
              "syntax=" + value + " is another language; anyarch reads docker/dockerfile:1");
        }
      }
      case "check" -> {
        // Settings of a linter; they change nothing that is built.
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private void take(String line, int number, int indent) {
    int end = line.length();
    while (end > 0 && (line.charAt(end - 1) == ' ' || line.charAt(end - 1) == '\t')) {
      end--;
    }
    boolean continues = end > 0 && line.charAt(end - 1) == escape && !escaped(line, end - 1);
    int length = continues ? end - 1 : line.length();
    for (int i = 0; i < length; i++) {
      text.append(line.charAt(i));
      places.add(new int[] {number, indent + i + 1});
    }
    if (places.isEmpty()) {
      places.add(new int[] {number, indent + 1});
      text.append(' ');
    }
    if (!continues) {
      places.add(new int[] {number, indent + length + 1});
      finish();
    }
  }

  /// An odd number of escapes stands before it.
  private boolean escaped(String line, int at) {
    int first = at;
    while (first > 0 && line.charAt(first - 1) == escape) {
      first--;
    }
    return (at - first) % 2 == 1;
  }

  private void finish() {
    if (places.isEmpty()) {
      return;
    }
    while (places.size() <= text.length()) {
      int[] last = places.getLast();
      places.add(new int[] {last[0], last[1] + 1});
    }
    int[] numbers = places.stream().mapToInt(p -> p[0]).toArray();
    int[] columns = places.stream().mapToInt(p -> p[1]).toArray();
    String joined = text.toString();
    if (!joined.isBlank()) {
      lines.add(
          new Line(
              file,
              joined,
              Arrays.copyOf(numbers, joined.length() + 1),
              Arrays.copyOf(columns, joined.length() + 1)));
    }
    text.setLength(0);
    places.clear();
  }
}
