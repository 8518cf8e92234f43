package org.anyarch.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.anyarch.kernel.Errno;
import org.anyarch.kernel.Kernel;
import org.anyarch.kernel.KernelException;
import org.anyarch.kernel.Mounts;

/// Mounting binfmt_misc and taking it away again, in this mount namespace or the host's.
final class Mountings {
  /// Where every tool expects it.
  static final String USUAL = "/proc/sys/fs/binfmt_misc";

  private static final Path TABLE = Path.of("/proc/self/mountinfo");

  private static final List<String> SCRATCH = List.of("/tmp", "/run", "/var/tmp", "/dev/shm");

  private static final String ASIDE = "anyarch-binfmt_misc-";

  private final Supplier<Kernel> kernel;

  Mountings(Supplier<Kernel> kernel) {
    this.kernel = kernel;
  }

  /// Mounts it at `point`; whoever is asked for it the second time gets the same instance.
  void mount(Path point) throws KernelException {
    kernel
        .get()
        .mounts()
        .mount(
            MountTable.BINFMT_MISC,
            point,
            MountTable.BINFMT_MISC,
            Set.of(Mounts.Flag.NO_SUID, Mounts.Flag.NO_DEV, Mounts.Flag.NO_EXEC),
            "");
  }

  /// Mounts it where every tool expects it, as the host sees that.
  void mountOnHost(HostView view) throws IOException {
    Mounts mounts = kernel.get().mounts();
    Set<Mounts.Flag> flags = Set.of(Mounts.Flag.NO_SUID, Mounts.Flag.NO_DEV, Mounts.Flag.NO_EXEC);
    Path point = Path.of(USUAL);
    view.in(
        kernel.get().views(),
        () -> {
          mounts.mount(MountTable.BINFMT_MISC, point, MountTable.BINFMT_MISC, flags, "");
          return true;
        });
  }

  /// Mounts it somewhere in this mount namespace, where nobody else looks.
  Path mountAside() throws IOException, HostException {
    KernelException refused = null;
    for (String place : SCRATCH) {
      // Containers that share the folder have the same process numbers, and one that was killed
      // left
      // its folder.
      Path point = Path.of(place, ASIDE + ProcessHandle.current().pid() + "-" + System.nanoTime());
      try {
        Files.createDirectory(point);
      } catch (IOException occupied) {
        continue;
      }
      try {
        mount(point);
        return point;
      } catch (KernelException e) {
        Files.delete(point);
        refused = e;
      }
    }
    throw refused == null
        ? HostException.failed(
            "no folder to mount binfmt_misc on: none of "
                + String.join(", ", SCRATCH)
                + " can be written; give this container a tmpfs on /tmp")
        : refusal(refused);
  }

  /// Whether [#mountAside] made this folder.
  static boolean isAside(Path point) {
    return String.valueOf(point.getFileName()).startsWith(ASIDE);
  }

  static HostException refusal(KernelException refused) {
    Errno errno = refused.errno();
    String remedy;
    if (errno.equals(Errno.EPERM) || errno.equals(Errno.EACCES)) {
      remedy = "it takes CAP_SYS_ADMIN: run this as root, in a container with --privileged";
    } else if (errno.equals(Errno.ENODEV) || errno.equals(Errno.ENOENT)) {
      remedy = "this kernel has no binfmt_misc; on the host: modprobe binfmt_misc";
    } else {
      remedy = "mount it on the host: mount -t binfmt_misc binfmt_misc " + USUAL;
    }
    return HostException.impossible(refused.getMessage() + "; " + remedy);
  }

  /// Takes a mount away that [#mountAside] made.
  void unmount(Path point) throws IOException {
    kernel.get().mounts().unmount(point);
    if (!point.equals(Path.of(USUAL))) {
      Files.deleteIfExists(point);
    }
  }

  /// Takes every mount of the instance away from this mount namespace.
  ///
  /// @return whether none is left; one that another mount covers cannot be reached
  boolean unmountAll(String device) throws IOException {
    for (MountTable.Mount mount : MountTable.read(TABLE).instances()) {
      Path point = Path.of(mount.point());
      if (mount.device().equals(device) && reachable(point, mount)) {
        // Otherwise it could be unmounted on the host as well: unmounting is passed on by what is
        // below the mount.
        Optional<MountTable.Mount> parent =
            MountTable.read(TABLE).of(String.valueOf(point.getParent()));
        if (parent.isPresent()) {
          kernel.get().mounts().makePrivate(Path.of(parent.get().point()));
        }
        kernel.get().mounts().unmount(point);
      }
    }
    return MountTable.read(TABLE).instances().stream().noneMatch(m -> m.device().equals(device));
  }

  /// Whether the mount is what one gets to see at this path.
  static boolean reachable(Path point, MountTable.Mount mount) throws IOException {
    return Files.exists(point.resolve("register"))
        && MountTable.deviceOf(point).equals(mount.device());
  }
}
