package org.anyarch.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/// What the tests share: the packaged anyarch, an ordinary user, emulators and base roots, made
/// once a run; and a look at the host that must be the same before and after.
final class Machine {
  static final List<String> SEVEN =
      List.of(
          "linux/amd64",
          "linux/arm64",
          "linux/arm/v7",
          "linux/386",
          "linux/ppc64le",
          "linux/s390x",
          "linux/riscv64");

  /// What `uname -m` says in each.
  static final Map<String, String> MACHINES =
      Map.of(
          "linux/amd64", "x86_64",
          "linux/arm64", "aarch64",
          "linux/arm/v7", "armv7l",
          "linux/386", "i686",
          "linux/ppc64le", "ppc64le",
          "linux/s390x", "s390x",
          "linux/riscv64", "riscv64");

  /// A resource lock for who makes control groups or, with [#host], looks whether any are left.
  static final String CONTROL_GROUPS = "control groups";

  private static final Path TREE = Path.of(System.getProperty("anyarch.tree"));
  private static final Path SHARED = made();
  private static final Path ROOTS = madeRoots();
  private static final Path EMULATORS = madeEmulators();
  private static final String USER = madeUser();

  private Machine() {}

  static Path tree() {
    return TREE;
  }

  static Path anyarch() {
    return TREE.resolve("dist/target/anyarch/bin/anyarch");
  }

  /// A folder with busybox roots, one tar a platform, readable by all.
  static Path roots() {
    return ROOTS;
  }

  static Path emulators() {
    return EMULATORS;
  }

  static List<Actor> actors() {
    return List.of(actor("root"), actor(USER));
  }

  static Actor root() {
    return actor("root");
  }

  static Actor user() {
    return actor(USER);
  }

  private static Actor actor(String user) {
    try {
      Path folder = Files.createTempDirectory(SHARED, user + "-");
      Actor actor = new Actor(user, folder);
      actor.give(folder);
      return actor;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Below /var/tmp, since the tree may lie where another user cannot look.
  private static Path made() {
    try {
      Path shared = Files.createTempDirectory(Path.of("/var/tmp"), "anyarch-it-");
      Processes.must(Path.of("/"), "chmod", "755", shared.toString());
      MachineCleaner.later(() -> Processes.must(Path.of("/"), "rm", "-rf", shared.toString()));
      return shared;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path madeRoots() {
    Path roots = TREE.resolve("it/target/roots");
    Processes.must(TREE, "examples/roots/make-roots", "--kind=busybox", roots.toString());
    Path copy = SHARED.resolve("roots");
    Processes.must(TREE, "cp", "-r", roots.toString(), copy.toString());
    return copy;
  }

  /// Fetched for real, once, into the build's own folder.
  private static Path madeEmulators() {
    Path home = TREE.resolve("it/target/emulators");
    try {
      Outcome outcome =
          Processes.run(
              TREE,
              Map.of("ANYARCH_HOME", home.toString()),
              "",
              List.of(anyarch().toString(), "emulator", "path", "s390x"));
      if (outcome.status() != 0) {
        throw new AssertionError("cannot fetch emulators: " + outcome);
      }
      Path copy = SHARED.resolve("emulators");
      Processes.must(
          TREE, "cp", "-r", Path.of(outcome.out().strip()).getParent().toString(), copy.toString());
      return copy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static String madeUser() {
    String name = "anyarch-it-" + ProcessHandle.current().pid();
    Processes.must(Path.of("/"), "useradd", "--no-create-home", "--shell", "/bin/sh", name);
    MachineCleaner.later(() -> Processes.must(Path.of("/"), "userdel", name));
    return name;
  }

  /// Everything of the host that anyarch could leave traces in: handlers, mounts, control groups,
  /// and the processes whose command line has `marker`. Compared with what it was, it needs
  /// [#CONTROL_GROUPS].
  static Map<String, Object> host(String marker) throws IOException {
    Map<String, Object> host = new TreeMap<>();
    host.put("mounts", Files.readString(Path.of("/proc/self/mountinfo")));
    host.put("handlers", names(Path.of("/proc/sys/fs/binfmt_misc")));
    host.put(
        "control groups",
        Processes.must(Path.of("/"), "find", "/sys/fs/cgroup", "-maxdepth", "2", "-type", "d"));
    Set<String> processes = new TreeSet<>();
    ProcessHandle.allProcesses()
        .filter(p -> p.pid() != ProcessHandle.current().pid())
        .forEach(
            p -> p.info().commandLine().filter(c -> c.contains(marker)).ifPresent(processes::add));
    host.put("processes", processes);
    return host;
  }

  private static Set<String> names(Path folder) throws IOException {
    Set<String> names = new TreeSet<>();
    try (Stream<Path> entries = Files.list(folder)) {
      entries.forEach(p -> names.add(p.getFileName().toString()));
    }
    return names;
  }
}
