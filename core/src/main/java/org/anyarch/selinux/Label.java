package org.anyarch.selinux;

import java.util.Optional;

/// A label (a security context): `user:role:type`, and in MLS and MCS policies a level or a range
/// of levels behind it.
///
/// @param low the level, or the lower end of the range
/// @param high the upper end of the range; equal to `low` where the label has one level
public record Label(
    String user, String role, String type, Optional<Level> low, Optional<Level> high) {
  /// The kernel refuses longer ones: a page.
  private static final int LONGEST = 4096;

  private static final int SHOWN = 60;

  public Label {
    if (low.isPresent() != high.isPresent()) {
      throw new IllegalArgumentException("a range has two ends");
    }
  }

  /// Reads a label as it stands in security.selinux, /proc/PID/attr/current and logs; a NUL or a
  /// line feed at its end is no part of it.
  ///
  /// @throws LabelException if it is none, or one that mcstransd has put into words
  public static Label parse(String text) throws LabelException {
    String bare = text.replaceFirst("[\\x00\\n]+\\z", "");
    if (bare.length() > LONGEST) {
      throw new LabelException("a label has at most " + LONGEST + " characters");
    }
    String[] parts = bare.split(":", 4);
    if (parts.length < 3) {
      throw new LabelException(
          "\"" + shown(bare) + "\" is not user:role:type or user:role:type:level");
    }
    for (int i = 0; i < 3; i++) {
      if (!parts[i].matches("[A-Za-z0-9_.][A-Za-z0-9_.-]{0,254}")) {
        throw new LabelException(
            "\"" + shown(parts[i]) + "\" in \"" + shown(bare) + "\" is no name of SELinux");
      }
    }
    if (parts.length == 3) {
      return new Label(parts[0], parts[1], parts[2], Optional.empty(), Optional.empty());
    }
    int dash = parts[3].indexOf('-');
    Level low = Level.parse(dash < 0 ? parts[3] : parts[3].substring(0, dash));
    Level high = dash < 0 ? low : Level.parse(parts[3].substring(dash + 1));
    if (!high.dominates(low)) {
      throw new LabelException("the range " + shown(parts[3]) + " ends below its beginning");
    }
    return new Label(parts[0], parts[1], parts[2], Optional.of(low), Optional.of(high));
  }

  /// Whether it has categories: then only who has them too may read it.
  public boolean hasCategories() {
    return high.filter(h -> !h.categories().isEmpty()).isPresent();
  }

  /// Untrusted text, short and on one line.
  static String shown(String text) {
    String clean = text.replaceAll("[^\\x20-\\x7e]", "?");
    return clean.length() <= SHOWN ? clean : clean.substring(0, SHOWN) + "...";
  }

  @Override
  public String toString() {
    String bare = user + ":" + role + ":" + type;
    if (low.isEmpty() || high.isEmpty()) {
      return bare;
    }
    return bare + ":" + low.get() + (high.equals(low) ? "" : "-" + high.get());
  }
}
