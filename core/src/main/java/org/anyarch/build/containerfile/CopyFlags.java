package org.anyarch.build.containerfile;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.anyarch.text.Nearest;

/// The flags of COPY and ADD, nothing in them expanded yet.
///
/// @param values the flags that may be given once, by name; a switch without a value is `true`
/// @param excludes the patterns of `--exclude`
public record CopyFlags(Map<String, Word> values, List<Word> excludes) {
  private static final Set<String> SWITCHES = Set.of("link", "parents", "keep-git-dir", "unpack");

  private static final Map<String, List<String>> KNOWN =
      Map.of(
          "COPY",
          List.of("from", "chown", "chmod", "link", "parents", "exclude"),
          "ADD",
          List.of("chown", "chmod", "link", "exclude", "checksum", "keep-git-dir", "unpack"));

  public CopyFlags {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    excludes = List.copyOf(excludes);
  }

  /// @param words each from its `--` to its end
  static CopyFlags parse(String keyword, List<Word> words) throws ContainerfileException {
    Map<String, Word> values = new LinkedHashMap<>();
    List<Word> excludes = new ArrayList<>();
    for (Word word : words) {
      int equals = word.text().indexOf('=');
      String name = word.text().substring(2, equals < 0 ? word.text().length() : equals);
      requireKnown(keyword, name, word.location());
      Word value = value(name, word, equals);
      if (name.equals("exclude")) {
        excludes.add(value);
      } else if (values.put(name, value) != null) {
        throw new ContainerfileException(
            word.location(), "--" + name + " is given twice; leave one out");
      }
    }
    return new CopyFlags(values, excludes);
  }

  private static void requireKnown(String keyword, String name, Location location)
      throws ContainerfileException {
    List<String> known = KNOWN.getOrDefault(keyword, List.of());
    if (!known.contains(name)) {
      throw new ContainerfileException(
          location,
          keyword
              + " has no flag --"
              + name
              + Nearest.of(name, known).map(n -> "; did you mean --" + n + "?").orElse(""));
    }
  }

  private static Word value(String name, Word word, int equals) throws ContainerfileException {
    boolean isSwitch = SWITCHES.contains(name);
    if (equals < 0) {
      if (isSwitch) {
        return new Word("true", word.location());
      }
      throw new ContainerfileException(
          word.location(), "--" + name + " needs a value: --" + name + "=…");
    }
    Location at = word.location();
    Word value =
        new Word(
            word.text().substring(equals + 1),
            new Location(at.file(), at.line(), at.column() + equals + 1));
    if (isSwitch) {
      value = new Word(value.text().toLowerCase(Locale.ROOT), value.location());
    }
    if (isSwitch && !value.text().equals("true") && !value.text().equals("false")) {
      throw new ContainerfileException(
          value.location(),
          "--" + name + "=" + value.text() + ": it is either =true or =false, or =… left out");
    }
    return value;
  }

  /// Whether the switch is on.
  public boolean has(String name) {
    Word value = values.get(name);
    return value != null && value.text().equals("true");
  }
}
