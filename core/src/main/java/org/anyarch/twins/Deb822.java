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
    Map<String, String> fields = new HashMap<>();
    String last = "";
    for (String line : (Iterable<String>) text.lines()::iterator) {
      int colon = line.indexOf(':');
      if (line.isBlank()) {
        if (!fields.isEmpty()) {
          stanzas.add(fields);
          fields = new HashMap<>();
        }
        last = "";
      } else if (Character.isWhitespace(line.charAt(0))) {
        if (!last.isEmpty()) {
          fields.merge(last, line.strip(), (before, more) -> before + "\n" + more);
        }
      } else if (colon > 0 && !line.startsWith("#")) {
        last = line.substring(0, colon).toLowerCase(Locale.ROOT);
        if (fields.putIfAbsent(last, line.substring(colon + 1).strip()) != null) {
          last = "";
        }
      }
    }
    if (!fields.isEmpty()) {
      stanzas.add(fields);
    }
    return stanzas;
  }
}
