package org.anyarch.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The mounts of a process (proc_pid_mountinfo(5)), in the order in which they were made.
///
/// @param mounts lines that cannot be read are left out
record MountTable(List<MountTable.Mount> mounts) {
  static final String BINFMT_MISC = "binfmt_misc";

  MountTable {
    mounts = List.copyOf(mounts);
  }

  /// One mount.
  ///
  /// @param device st_dev of its files, as `major:minor`
  /// @param root the folder of the file system that it shows
  /// @param point where it is, as the process sees it
  /// @param options those of this mount, separated by commas
  /// @param shared whether mounts below it are passed on to others
  /// @param type the file system's
  record Mount(
      String device, String root, String point, String options, boolean shared, String type) {
    boolean has(String option) {
      return Arrays.asList(options.split(",", -1)).contains(option);
    }
  }

  /// @param file for instance /proc/1/mountinfo
  static MountTable read(Path file) throws IOException {
    return parse(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
  }

  static MountTable parse(String text) {
    List<Mount> mounts = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      String[] fields = line.split(" ", -1);
      int dash = Arrays.asList(fields).indexOf("-");
      if (dash < 6 || dash + 1 >= fields.length) {
        continue;
      }
      boolean shared =
          Arrays.stream(fields, 6, dash).anyMatch(optional -> optional.startsWith("shared:"));
      mounts.add(
          new Mount(
              fields[2],
              plain(fields[3]),
              plain(fields[4]),
              fields[5],
              shared,
              plain(fields[dash + 1])));
    }
    return new MountTable(mounts);
  }

  /// The kernel writes blanks, tabs, line feeds and backslashes as `\` and three octal digits.
  private static String plain(String field) {
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < field.length(); i++) {
      if (field.charAt(i) == '\\'
          && i + 3 < field.length()
          && field.substring(i + 1, i + 4).matches("[0-7]{3}")) {
        plain.append((char) Integer.parseInt(field, i + 1, i + 4, 8));
        i += 3;
      } else {
        plain.append(field.charAt(i));
      }
    }
    return plain.toString();
  }

  /// Those of binfmt_misc, the last one first: it may cover the others.
  List<Mount> instances() {
    return mounts.reversed().stream().filter(m -> m.type().equals(BINFMT_MISC)).toList();
  }

  /// Whether a file system that mounts itself on access waits at `point`.
  boolean automounts(String point) {
    return mounts.stream().anyMatch(m -> m.type().equals("autofs") && m.point().equals(point));
  }

  /// The mount that a path lies on, by its text.
  Optional<Mount> of(String path) {
    Mount best = null;
    for (Mount mount : mounts) {
      String point = mount.point();
      boolean below = point.equals("/") || path.equals(point) || path.startsWith(point + "/");
      if (below && (best == null || point.length() >= best.point().length())) {
        best = mount;
      }
    }
    return Optional.ofNullable(best);
  }

  /// st_dev of a file as this table writes it.
  static String deviceOf(Path file) throws IOException {
    long device = ((Number) Files.getAttribute(file, "unix:dev")).longValue();
    long major = (device >>> 8 & 0xfff) | (device >>> 32 & ~0xfffL);
    long minor = (device & 0xff) | (device >>> 12 & ~0xffL);
    return major + ":" + minor;
  }
}
