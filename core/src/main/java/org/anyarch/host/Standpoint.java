package org.anyarch.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Where this process stands: found by looking, never by the version of anything.
///
/// @param initialUsers whether its user namespace is the machine's first, whose handlers serve all
/// @param init the folder in /proc of the host's first process, if it can be seen and looked into
/// @param sameMounts whether that process has our mount namespace: we are on the host itself
/// @param root the host's root folder, if it is mounted here
/// @param administrator whether this process has CAP_SYS_ADMIN, which every mount needs
public record Standpoint(
    boolean initialUsers,
    Optional<Path> init,
    boolean sameMounts,
    Optional<Path> root,
    boolean administrator) {

  /// The first namespaces have fixed numbers: PROC_USER_INIT_INO, PROC_PID_INIT_INO of
  /// include/linux/proc_ns.h.
  private static final String FIRST_USERS = "user:[4026531837]";

  private static final String FIRST_PROCESSES = "pid:[4026531836]";

  /// Where Bottlerocket mounts the host's root in its bootstrap and superpowered containers.
  static final Path BOTTLEROCKET = Path.of("/.bottlerocket/rootfs");

  private static final int CAP_SYS_ADMIN = 21;

  /// @param hostRoot where the caller says the host's root folder is
  /// @param namespace whether the host may be the first process of a user namespace other than the
  ///   machine's first
  /// @throws HostException if it may not and this is one
  public static Standpoint find(Optional<Path> hostRoot, boolean namespace)
      throws HostException, IOException {
    boolean initial = link(Path.of("/proc/self/ns/user")).equals(FIRST_USERS);
    if (!initial && !namespace) {
      throw HostException.impossible(
          "this process is in a user namespace of its own (a rootless container?), whose handlers serve"
              + " nothing outside of it; run it as root of the machine, or say --namespace if that is meant");
    }
    Optional<Path> root = hostRoot;
    if (root.isEmpty() && Files.isDirectory(BOTTLEROCKET)) {
      root = Optional.of(BOTTLEROCKET);
    }
    if (root.isPresent() && !Files.isDirectory(root.get())) {
      throw HostException.failed(
          root.get() + " is no folder; --host-root names where the host's root folder is mounted");
    }
    Optional<Path> init = Optional.empty();
    for (Path process : candidates(root)) {
      if (init.isEmpty() && isHostsFirst(process, initial)) {
        init = Optional.of(process);
      }
    }
    boolean same =
        init.isPresent()
            && link(init.get().resolve("ns/mnt")).equals(link(Path.of("/proc/self/ns/mnt")));
    return new Standpoint(initial, init, same, root, mayAdminister());
  }

  private static List<Path> candidates(Optional<Path> root) {
    Path own = Path.of("/proc/1");
    return root.isPresent() ? List.of(own, root.get().resolve("proc/1")) : List.of(own);
  }

  /// A container with process numbers of its own has a process 1 too: its own.
  private static boolean isHostsFirst(Path process, boolean initial) throws IOException {
    String processes = link(process.resolve("ns/pid"));
    if (processes.isEmpty() || link(process.resolve("ns/mnt")).isEmpty()) {
      return false;
    }
    if (initial) {
      return processes.equals(FIRST_PROCESSES);
    }
    return link(process.resolve("ns/user")).equals(link(Path.of("/proc/self/ns/user")))
        && !startedByContainerEngine(process);
  }

  /// systemd's container interface, which podman, LXC and nspawn keep. Files like /.dockerenv prove
  /// nothing: whole machines are made from images that have them.
  private static boolean startedByContainerEngine(Path process) throws IOException {
    String environment =
        new String(Files.readAllBytes(process.resolve("environ")), StandardCharsets.ISO_8859_1);
    return ("\0" + environment).contains("\0container=");
  }

  /// Empty if it is not there or not for us to read.
  private static String link(Path file) {
    try {
      return Files.readSymbolicLink(file).toString();
    } catch (IOException hidden) {
      return "";
    }
  }

  private static boolean mayAdminister() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("CapEff:")) {
        long set = Long.parseUnsignedLong(line.substring("CapEff:".length()).strip(), 16);
        return (set >>> CAP_SYS_ADMIN & 1) == 1;
      }
    }
    return false;
  }

  /// Whether process 1 cannot be looked at, so that this may be the host itself.
  boolean mayBeTheHost() {
    return init.isEmpty() && link(Path.of("/proc/1/ns/mnt")).isEmpty();
  }

  /// The host's file system, the best view of it that can be had.
  public HostView view() {
    if (init.isPresent()) {
      return sameMounts ? new HostView.Here() : new HostView.MountNamespaceOf(init.get());
    }
    return root.<HostView>map(HostView.Root::new).orElseGet(HostView.Here::new);
  }

  /// One line for people.
  public String sentence() {
    String place;
    if (init.isPresent()) {
      place = sameMounts ? "on the host" : "in a container that sees the host's processes";
    } else {
      place = "in a container that does not see the host's processes";
    }
    return place
        + root.map(r -> ", the host's root folder at " + r).orElse("")
        + (initialUsers ? "" : ", in a user namespace of its own");
  }
}
