package org.anyarch.build.outline;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The `--mount=` flags of a RUN, each as its keys and values.
final class MountWords {
  private MountWords() {}

  static List<Map<String, String>> of(String instruction) {
    List<Map<String, String>> mounts = new ArrayList<>();
    String[] words = instruction.split("\\s+", -1);
    for (int i = 1; i < words.length && words[i].startsWith("--"); i++) {
      if (words[i].startsWith("--mount=")) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String part : words[i].substring("--mount=".length()).split(",", -1)) {
          int equals = part.indexOf('=');
          String key = equals < 0 ? part : part.substring(0, equals);
          values.put(
              key.toLowerCase(Locale.ROOT), equals < 0 ? "true" : part.substring(equals + 1));
        }
        mounts.add(values);
      }
    }
    return mounts;
  }
}
