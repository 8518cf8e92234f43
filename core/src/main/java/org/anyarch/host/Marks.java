package org.anyarch.host;

import org.anyarch.binfmt.Entry;

/// Entries by which anyarch's processes tell each other something. They match no file: what follows
/// the last dot of a path has no dot itself.
final class Marks {
  /// What their names begin with.
  static final String PREFIX = ".anyarch-";

  /// What their extensions begin with.
  static final String NOTHING = "anyarch.";

  private Marks() {}

  static boolean is(Entry entry) {
    return entry.name().startsWith(PREFIX);
  }
}
