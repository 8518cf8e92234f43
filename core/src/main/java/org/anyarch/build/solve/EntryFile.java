package org.anyarch.build.solve;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.anyarch.kernel.Replacement;
import org.anyarch.oci.Digest;

/// A small file of the cache: a kind, named values, and a digest of these, so that a torn, foreign
/// or hand-made one is told from ours.
///
/// @param kind its first line; another version of its meaning has another one
/// @param values in their order; names and values are single lines, names without blanks
record EntryFile(String kind, Map<String, String> values) {
  /// No entry of ours is larger.
  private static final int LARGEST = 64 << 10;

  private static final int LONGEST_VALUE = 1000;

  EntryFile {
    values = Map.copyOf(values);
  }

  /// Text that fits a value: one line, not too long.
  static String line(String text) {
    String clean = text.strip().replaceAll("[\\p{Cntrl}\\p{Cs}\\u2028\\u2029]+", " ");
    return clean.length() > LONGEST_VALUE ? clean.substring(0, LONGEST_VALUE - 1) + "…" : clean;
  }

  String value(String name) {
    return values.getOrDefault(name, "");
  }

  /// A value that is a count; empty if it is none.
  Optional<Long> number(String name) {
    String text = value(name);
    return text.matches("\\d{1,18}") ? Optional.of(Long.parseLong(text)) : Optional.empty();
  }

  String text() {
    StringBuilder text = new StringBuilder(kind).append('\n');
    new TreeMap<>(values)
        .forEach((name, value) -> text.append(name).append(' ').append(value).append('\n'));
    return text + "sum " + sum(text.toString()) + "\n";
  }

  /// What [#text()] wrote; empty for anything else.
  static Optional<EntryFile> parse(String kind, String text) {
    if (!text.startsWith(kind + "\n") || !text.endsWith("\n")) {
      return Optional.empty();
    }
    int last = text.lastIndexOf('\n', text.length() - 2) + 1;
    String body = text.substring(0, last);
    if (!text.substring(last).equals("sum " + sum(body) + "\n")) {
      return Optional.empty();
    }
    Map<String, String> values = new LinkedHashMap<>();
    for (String line : body.substring(kind.length() + 1).split("\n", -1)) {
      int blank = line.indexOf(' ');
      if (blank > 0) {
        values.put(line.substring(0, blank), line.substring(blank + 1));
      }
    }
    return Optional.of(new EntryFile(kind, values));
  }

  /// The file's content; empty if it is not there or not of this kind.
  static Optional<EntryFile> read(Path file, String kind) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    try {
      return Files.size(file) > LARGEST ? Optional.empty() : parse(kind, Files.readString(file));
    } catch (NoSuchFileException | CharacterCodingException e) {
      return Optional.empty();
    }
  }

  /// Writes it so that a reader sees all of it or none.
  void write(Path file) throws IOException {
    Replacement.of(file).write(text());
  }

  private static String sum(String text) {
    return Digest.ofSha256(text.getBytes(StandardCharsets.UTF_8)).hex();
  }
}
