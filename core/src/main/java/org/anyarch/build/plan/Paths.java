package org.anyarch.build.plan;

import java.util.ArrayList;
import java.util.List;

/// Paths inside images and contexts, as text: they have nothing to do with this machine's files.
final class Paths {
  private Paths() {}

  /// `path` seen from `folder`, absolute and without `.`, `..` and double slashes.
  static String absolute(String folder, String path) {
    return "/" + String.join("/", parts(path.startsWith("/") ? path : folder + "/" + path));
  }

  /// `path` below the root of a context; what would climb out of it stays at the root.
  static String relative(String path) {
    String cleaned = String.join("/", parts(path));
    return cleaned.isEmpty() ? "." : cleaned;
  }

  private static List<String> parts(String path) {
    List<String> parts = new ArrayList<>();
    for (String part : path.split("/", -1)) {
      if (part.equals("..")) {
        if (!parts.isEmpty()) {
          parts.removeLast();
        }
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
    }
    return parts;
  }
}
