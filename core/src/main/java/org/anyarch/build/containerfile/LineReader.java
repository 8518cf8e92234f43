package org.anyarch.build.containerfile;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Cuts a Containerfile into logical lines and reads the parser directives at its top.
final class LineReader {
  private static final Pattern DIRECTIVE =
      Pattern.compile("#\\s*([A-Za-z][A-Za-z0-9]*)\\s*=\\s*(.+?)\\s*");

  private static final Pattern TAKES_HEREDOCS =
      Pattern.compile("(?i)\\s*(ONBUILD\\s+)?(RUN|COPY|ADD)\\s.*", Pattern.DOTALL);

  private final String file;
  private final List<Line> lines = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private final List<int[]> places = new ArrayList<>();
  private final List<String> comments = new ArrayList<>();
  private final Set<String> directives = new HashSet<>();
  private String[] raw = {};
  private int next;
  private boolean hasGap;
  private char escape = '\\';
  private CheckSettings checks = CheckSettings.NONE;

  LineReader(String file) {
    this.file = file;
  }

  char escape() {
    return escape;
  }

  CheckSettings checks() {
    return checks;
  }

  List<Line> read(String content) throws ContainerfileException {
    String body = content.startsWith("\uFEFF") ? content.substring(1) : content;
    raw = body.split("\n", -1);
    boolean atTop = true;
    while (next < raw.length) {
      String line = raw[next].endsWith("\r") ? chopped(raw[next]) : raw[next];
      next++;
      atTop = atTop && directive(line);
      String trimmed = line.strip();
      boolean continued = !places.isEmpty();
      if (trimmed.startsWith("#")) {
        // Inside a continuation too, as BuildKit reads them.
        comment(trimmed.substring(1).strip(), continued);
      } else if (trimmed.isEmpty()) {
        hasGap |= continued;
      } else {
        take(
            continued ? line : line.stripLeading(),
            continued ? 0 : line.length() - line.stripLeading().length());
      }
    }
    finish();
    return lines;
  }

  private static String chopped(String line) {
    return line.substring(0, line.length() - 1);
  }

  private void comment(String said, boolean continued) {
    if (said.isEmpty()) {
      comments.clear();
    } else if (!continued) {
      comments.add(said);
    }
  }

  /// Whether the next line may be a directive too.
  private boolean directive(String line) throws ContainerfileException {
    Matcher matcher = DIRECTIVE.matcher(line);
    if (!matcher.matches()) {
      return false;
    }
    String name = matcher.group(1).toLowerCase(Locale.ROOT);
    String value = matcher.group(2);
    Location location = new Location(file, next, 1);
    switch (name) {
      case "escape" -> {
        if (!value.equals("\\") && !value.equals("`")) {
          throw new ContainerfileException(location, "escape=" + value + " must be \\ or `");
        }
        escape = value.charAt(0);
      }
      case "syntax" -> {
        if (!value.matches(
            "([\\w.:-]+/)*docker/dockerfile(-upstream)?(:[\\w.-]+)?(@sha256:[0-9a-f]+)?(\\s.*)?")) {
          throw new ContainerfileException(
              location,
              "syntax=" + value + " is another language; anyarch reads docker/dockerfile:1");
        }
      }
      case "check" -> checks = CheckSettings.parse(value, location);
      default -> {
        return false;
      }
    }
    if (!directives.add(name)) {
      throw new ContainerfileException(
          location, "a second " + name + " directive; only one can hold");
    }
    return true;
  }

  private void take(String line, int indent) throws ContainerfileException {
    int end = line.length();
    while (end > 0 && (line.charAt(end - 1) == ' ' || line.charAt(end - 1) == '\t')) {
      end--;
    }
    // Two escapes at the end are a character, not a continuation.
    boolean continues =
        end > 0 && line.charAt(end - 1) == escape && (end == 1 || line.charAt(end - 2) != escape);
    int length = continues ? end - 1 : line.length();
    for (int i = 0; i < length; i++) {
      text.append(line.charAt(i));
      places.add(new int[] {next, indent + i + 1});
    }
    if (places.isEmpty()) {
      places.add(new int[] {next, indent + 1});
      text.append(' ');
    }
    if (!continues) {
      places.add(new int[] {next, indent + length + 1});
      finish();
    }
  }

  private void finish() throws ContainerfileException {
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
      Location start = new Location(file, numbers[0], columns[0]);
      int last = Math.max(numbers[0], places.getLast()[0]);
      List<Heredoc> documents = documents(joined, start);
      lines.add(
          new Line(
              file,
              joined,
              Arrays.copyOf(numbers, joined.length() + 1),
              Arrays.copyOf(columns, joined.length() + 1),
              documents.isEmpty() ? last : next,
              documents,
              comments,
              hasGap));
      comments.clear();
    }
    text.setLength(0);
    places.clear();
    hasGap = false;
  }

  private List<Heredoc> documents(String line, Location start) throws ContainerfileException {
    List<Heredoc> documents = new ArrayList<>();
    if (TAKES_HEREDOCS.matcher(line).matches()) {
      for (Heredoc begun : Heredoc.begunBy(line, start)) {
        documents.add(document(begun));
      }
    }
    return documents;
  }

  private Heredoc document(Heredoc begun) throws ContainerfileException {
    Location place = new Location(file, Math.min(next + 1, raw.length), 1);
    StringBuilder content = new StringBuilder();
    while (next < raw.length) {
      String line = raw[next++];
      if (begun.endsAt(line)) {
        return begun.with(place, content.toString());
      }
      content.append(line).append('\n');
    }
    throw new ContainerfileException(
        begun.location(),
        "the heredoc <<" + begun.name() + " is not ended: no line is " + begun.name());
  }
}
