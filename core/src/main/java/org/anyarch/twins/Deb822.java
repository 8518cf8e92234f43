package org.anyarch.twins;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Stanzas of `Field: value` lines, as all of Debian's databases are written (deb822(5)). Values of
/// several lines keep their line ends. Names of fields are in lower case.
final class Deb822 {
  private Deb822() {}

  static List<Map<String, String>> stanzas(String text) {
    List<Map<String, String>> stanzas = new ArrayList<>();
    Map<String, StringBuilder> fields = new HashMap<>();
    // What belongs to no field, or to a second one of a name, goes nowhere.
    StringBuilder last = new StringBuilder();
    for (String line : (Iterable<String>) text.lines()::iterator) {
      int colon = line.indexOf(':');
      if (line.isBlank()) {
        if (!fields.isEmpty()) {
          stanzas.add(texts(fields));
          fields = new HashMap<>();
        }
        last = new StringBuilder();
      } else if (Character.isWhitespace(line.charAt(0))) {
        last.append('\n').append(line.strip());
      } else if (colon > 0 && !line.startsWith("#")) {
        last = new StringBuilder(line.substring(colon + 1).strip());
        fields.putIfAbsent(line.substring(0, colon).toLowerCase(Locale.ROOT), last);
      }
    }
    if (!fields.isEmpty()) {
      stanzas.add(texts(fields));
    }
    return stanzas;
  }

  private static Map<String, String> texts(Map<String, StringBuilder> fields) {
    Map<String, String> texts = new HashMap<>();
    fields.forEach((name, value) -> texts.put(name, value.toString()));
    return texts;
  }
}
