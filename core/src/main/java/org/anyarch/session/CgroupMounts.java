package org.anyarch.session;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The control groups that a process is in, and where they are mounted (cgroups(7)).
///
/// @param groups the lines of /proc/PID/cgroup
/// @param mounts the lines of /proc/PID/mountinfo
record CgroupMounts(List<String> groups, List<String> mounts) {

  static CgroupMounts read(Path process) throws IOException {
    return new CgroupMounts(
        Files.readAllLines(process.resolve("cgroup")),
        Files.readAllLines(process.resolve("mountinfo")));
  }

  /// Where groups with this controller can be made.
  ///
  /// @throws IOException if there is no such place; the message says what is in the way
  ControlGroups.Parent parent(String controller) throws IOException {
    for (String line : groups) {
      String[] fields = line.split(":", 3);
      if (Arrays.asList(fields[1].split(",", -1)).contains(controller)) {
        return new ControlGroups.Parent(folder("cgroup", controller, fields[2]), false);
      }
    }
    for (String line : groups) {
      if (line.startsWith("0::")) {
        return unified(controller, line.substring(3));
      }
    }
    throw new IOException("this kernel has no controller " + controller);
  }

  /// A group with processes cannot have limited groups below it, so those are made beside it. Only
  /// the kernel's topmost group can have both; seen from a control group namespace another one is
  /// called so too, but that has no controller for groups below it.
  private ControlGroups.Parent unified(String controller, String group) throws IOException {
    boolean topmost = group.equals("/");
    String above = topmost ? "/" : group.substring(0, Math.max(1, group.lastIndexOf('/')));
    Path parent = folder("cgroup2", "", above);
    String available = Files.readString(parent.resolve("cgroup.subtree_control"));
    if (Arrays.asList(available.strip().split(" ", -1)).contains(controller)) {
      return new ControlGroups.Parent(parent, true);
    }
    throw new IOException(
        topmost
            ? "this process is in the topmost control group it can see, beside which there is none"
            : "the controller " + controller + " is not enabled in " + parent);
  }

  private Path folder(String type, String option, String group) throws IOException {
    for (String line : mounts) {
      // 36 35 98:0 /root /mount options [optional fields] - type source super-options
      List<String> halves = List.of(line.split(" - ", 2));
      String[] first = halves.getFirst().split(" ", -1);
      String[] second = halves.getLast().split(" ", -1);
      boolean fits =
          second[0].equals(type)
              && (option.isEmpty() || Arrays.asList(second[2].split(",", -1)).contains(option));
      Optional<String> below = below(first[3], group);
      if (fits && below.isPresent()) {
        return Path.of(first[4] + below.get()).normalize();
      }
    }
    throw new IOException(
        "the control groups"
            + (option.isEmpty() ? " from " + group : " of " + option)
            + " are not mounted");
  }

  /// The part of a path that is below a mount's root.
  private static Optional<String> below(String root, String path) {
    return Stream.of(root.equals("/") ? "" : root)
        .filter(r -> path.equals(r) || path.startsWith(r + "/") || r.isEmpty())
        .map(r -> path.substring(r.length()))
        .findFirst();
  }
}
