package org.anyarch.session;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.anyarch.kernel.Failures;
import org.anyarch.kernel.Mounts;

/// Where a session may make control groups for its containers: below its own group with version 1,
/// beside it with version 2, where a group that has processes cannot have limited groups below it.
///
/// Groups are the host's and outlive a session that is killed, so their names say whose they are.
///
/// @param limits what each group keeps
/// @param parents for each controller the folder that groups are made in
public record ControlGroups(Resources limits, Map<String, Parent> parents) {
  private static final String NAME = "anyarch-";

  /// A folder for groups.
  ///
  /// @param folder where the session has it writable
  /// @param unified whether it is of version 2
  public record Parent(Path folder, boolean unified) {}

  public ControlGroups {
    parents = Map.copyOf(parents);
  }

  /// Finds them, and keeps them writable below `scratch` when the session makes /sys read-only.
  ///
  /// @throws SessionException if groups cannot be made here; the message says why and what to do
  public static ControlGroups open(Resources limits, Path scratch, Mounts mounts)
      throws SessionException, IOException {
    CgroupMounts own = CgroupMounts.read(Path.of("/proc/self"));
    Map<String, Parent> parents = new LinkedHashMap<>();
    for (String controller : limits.settings(false).keySet()) {
      try {
        Parent found = own.parent(controller);
        Path folder = Files.createDirectories(scratch.resolve("groups-" + controller));
        mounts.bind(found.folder(), folder, false);
        tryIn(folder, found.folder());
        parents.put(controller, new Parent(folder, found.unified()));
      } catch (IOException e) {
        throw new SessionException(
            "no limits by control groups: "
                + Failures.describe(e)
                + "; limit all that anyarch starts instead: "
                + limits.systemdRun(),
            e);
      }
    }
    return new ControlGroups(limits, parents);
  }

  private static void tryIn(Path folder, Path shown) throws IOException {
    Path trial = folder.resolve(NAME + "try-" + System.nanoTime());
    try {
      Files.createDirectory(trial);
    } catch (FileSystemException e) {
      throw new FileSystemException(shown.toString(), null, e.getReason());
    }
    Files.delete(trial);
  }

  /// Removes the groups of sessions that were killed.
  ///
  /// @param owner begins the names of those that may be
  /// @param alive whether the session that a name's rest begins with is still there
  public void sweep(String owner, Predicate<String> alive) throws IOException {
    String begin = NAME + owner + "-";
    for (Parent parent : parents.values()) {
      try (DirectoryStream<Path> groups = Files.newDirectoryStream(parent.folder(), begin + "*")) {
        for (Path group : groups) {
          String rest = group.getFileName().toString().substring(begin.length());
          if (!alive.test(rest.substring(0, Math.max(0, rest.indexOf('-'))))) {
            Files.deleteIfExists(group);
          }
        }
      }
    }
  }

  /// One group in each of the folders.
  ///
  /// @param folders where they are
  public record Group(List<Path> folders) implements AutoCloseable {
    public Group {
      folders = List.copyOf(folders);
    }

    /// What stands before a command that is to be in the group, with all it starts.
    public List<String> prefix() {
      List<String> words =
          new ArrayList<>(
              List.of(
                  "/bin/sh",
                  "-c",
                  "n=$1; shift; while [ $n -gt 0 ]; do echo $$ > \"$1/cgroup.procs\" || exit 125;"
                      + " shift; n=$((n - 1)); done; exec \"$@\"",
                  "sh",
                  String.valueOf(folders.size())));
      folders.forEach(folder -> words.add(folder.toString()));
      return words;
    }

    /// Removes it; its processes have to be gone.
    @Override
    public void close() throws IOException {
      for (Path folder : folders) {
        Files.deleteIfExists(folder);
      }
    }
  }

  /// Makes a group with the limits.
  ///
  /// @param name unique on the machine
  /// @throws SessionException if the kernel does not take a limit
  public Group make(String name) throws SessionException, IOException {
    List<Path> made = new ArrayList<>();
    boolean done = false;
    try {
      for (Map.Entry<String, Parent> parent : parents.entrySet()) {
        Path group = Files.createDirectory(parent.getValue().folder().resolve(NAME + name));
        made.add(group);
        set(parent.getKey(), parent.getValue(), group);
      }
      done = true;
    } finally {
      if (!done) {
        new Group(made).close();
      }
    }
    return new Group(made);
  }

  private void set(String controller, Parent parent, Path group) throws SessionException {
    String now = "";
    try {
      if (controller.equals("cpuset") && !parent.unified()) {
        // A new group of version 1 has neither, and takes no process before it has both.
        for (String file : List.of("cpuset.cpus", "cpuset.mems")) {
          now = file;
          Files.write(group.resolve(file), Files.readAllBytes(parent.folder().resolve(file)));
        }
      }
      for (Resources.Setting setting :
          limits.settings(parent.unified()).getOrDefault(controller, List.of())) {
        now = setting.file() + " = " + setting.value();
        Files.writeString(group.resolve(setting.file()), setting.value());
      }
    } catch (IOException e) {
      throw new SessionException(
          "the kernel does not take the limit " + now + ": " + Failures.describe(e), e);
    }
  }
}
