package org.anyarch.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.anyarch.kernel.Failures;
import org.anyarch.kernel.Kernel;
import org.anyarch.kernel.KernelException;
import org.jspecify.annotations.Nullable;

/// Finds the instance of binfmt_misc that serves the host, the most lasting way first.
public final class Grounds {
  private static final Path OWN_TABLE = Path.of("/proc/self/mountinfo");

  /// Folders of the host that may be shared with it, as on Bottlerocket /mnt is.
  private static final List<String> SHARED = List.of("mnt", "run", "opt", "var", "");

  private final Supplier<Kernel> kernel;
  private final Standpoint standpoint;
  private final Mountings mountings;
  private final Consumer<String> notes;
  private @Nullable Turn turn;

  /// @param kernel asked for only when something has to be mounted
  /// @param notes hears of what takes long
  public Grounds(Supplier<Kernel> kernel, Standpoint standpoint, Consumer<String> notes) {
    this.kernel = kernel;
    this.notes = notes;
    this.standpoint = standpoint;
    this.mountings = new Mountings(kernel);
  }

  public Standpoint standpoint() {
    return standpoint;
  }

  /// What is mounted already, on the host or here. Changes nothing, but for triggering the host's
  /// automount.
  public Optional<Ground> existing() throws IOException {
    if (standpoint.init().isPresent()) {
      HostView view = standpoint.view();
      Optional<Ground> mounted = mounted(view, Way.HOST_MOUNT);
      if (mounted.isEmpty() && MountTable.read(view.mountTable()).automounts(Mountings.USUAL)) {
        trigger(view);
        mounted = mounted(view, Way.AUTOMOUNTED);
      }
      if (mounted.isPresent()) {
        return mounted;
      }
    }
    return mounted(new HostView.Here(), Way.OWN_MOUNT)
        .map(g -> new Ground(g.folder(), standpoint.view(), g.way(), g.device(), List.of()));
  }

  /// To look into or change what is there: what is mounted, else a mount of our own, which shows
  /// the same entries.
  public Ground any() throws IOException, HostException {
    Optional<Ground> existing = existing();
    return existing.isPresent() ? existing.get() : aside(Way.OWN_MOUNT);
  }

  /// The instance to register in.
  ///
  /// @param resident whether somebody stays and holds it, so that it need not last by itself
  /// @throws HostException if what is registered would be lost with this container
  public Ground lasting(boolean resident) throws IOException, HostException, InterruptedException {
    List<String> reasons = new ArrayList<>();
    if (standpoint.init().isPresent()) {
      Optional<Ground> ground = existing().filter(g -> g.way().lasts());
      if (ground.isEmpty()) {
        ground = mountOnHost(reasons);
      }
      if (ground.isPresent()) {
        return writable(ground.get());
      }
    } else {
      reasons.add(
          "the host's first process cannot be seen from here (start the container with the host's process"
              + " numbers: --pid=host, hostPID: true)");
    }
    Optional<Ground> ground = mayTry(reasons) ? tried(reasons) : Optional.empty();
    if (ground.isPresent()) {
      return ground.get();
    }
    if (resident) {
      return aside(Way.OWN_MOUNT);
    }
    throw HostException.impossible(
        "whatever is registered would be gone with this container: "
            + String.join("; ", reasons)
            + "; or stay resident with --keep");
  }

  /// The trial takes mounts away: only those of a container, which are its own, and never when it
  /// is not certain that this is one.
  private boolean mayTry(List<String> reasons) {
    if (!standpoint.administrator()) {
      reasons.add("to find out whether somebody else holds binfmt_misc takes CAP_SYS_ADMIN");
    } else if (standpoint.mayBeTheHost()) {
      reasons.add(
          "process 1 cannot be looked at (that takes CAP_SYS_PTRACE), so this may be the host itself, whose mounts"
              + " nobody takes away to find out who holds them");
    } else {
      return true;
    }
    return false;
  }

  private Optional<Ground> tried(List<String> reasons)
      throws IOException, HostException, InterruptedException {
    Ground own = any();
    Turn mine = Turn.take(mountings, own.folder(), own.device(), notes);
    turn = mine;
    Turn.Outcome outcome = mine.prove();
    if (outcome == Turn.Outcome.OUTLIVED) {
      return Optional.of(at(mine.point(), Way.HELD_ELSEWHERE));
    }
    reasons.add(
        outcome == Turn.Outcome.COVERED
            ? "whether another mount holds binfmt_misc cannot be found out: one of this container's own is covered by"
                + " another mount"
            : "nobody else holds binfmt_misc (on the host: ls /proc/sys/fs/binfmt_misc, which makes systemd mount it)");
    endTurn();
    mountings.unmount(mine.point());
    return shared(reasons);
  }

  /// The same instance at the end of the work, tried once more if it was proven by trial: whoever
  /// held it then may have ended meanwhile.
  ///
  /// @return where it is mounted now; in a way that does not last if all is lost
  public Ground provenAgain(Ground ground) throws IOException, HostException, InterruptedException {
    if (turn == null) {
      return ground;
    }
    Turn.Outcome outcome = turn.prove();
    return at(turn.point(), outcome == Turn.Outcome.OUTLIVED ? ground.way() : Way.OWN_MOUNT);
  }

  /// Lets other containers try, when nothing has to be proven any more.
  public void endTurn() throws IOException {
    if (turn != null) {
      turn.close();
      turn = null;
    }
  }

  /// For a ground that [#provenAgain] has shown not to last.
  public static HostException lost() {
    return HostException.impossible(
        "whoever held binfmt_misc has let it go meanwhile, so what was registered is gone with this container; start"
            + " it with the host's process numbers (--pid=host, hostPID: true), or stay resident with --keep");
  }

  /// A mount that is read-only can be gone around: another one of the same instance is not.
  private Ground writable(Ground ground) throws IOException, HostException {
    if (!standpoint.administrator() || Files.isWritable(ground.folder().resolve("register"))) {
      return ground;
    }
    Ground aside = aside(ground.way());
    if (aside.device().equals(ground.device())) {
      return aside;
    }
    leave(aside);
    return ground;
  }

  /// What a dry run says of [#lasting].
  public String foresight() throws IOException {
    Optional<Ground> existing = existing();
    if (existing.isPresent() && existing.get().way().lasts()) {
      return existing.get().way().sentence();
    }
    return standpoint.init().isPresent()
        ? "mount binfmt_misc in the mount namespace of the host's process 1"
        : "mount binfmt_misc in this container and prove that an entry outlives the mount";
  }

  private Optional<Ground> mounted(HostView view, Way way) throws IOException {
    for (MountTable.Mount mount : MountTable.read(view.mountTable()).instances()) {
      Path folder = view.path(mount.point());
      if (Mountings.reachable(folder, mount)) {
        return Optional.of(new Ground(folder, view, way, mount.device(), List.of()));
      }
    }
    return Optional.empty();
  }

  /// Opening a file below makes the automounter mount it; looking at the folder itself would not.
  private static void trigger(HostView view) throws IOException {
    boolean _ = Files.exists(view.path(Mountings.USUAL).resolve("status"));
  }

  private Optional<Ground> mountOnHost(List<String> reasons) throws IOException {
    try {
      HostView view = standpoint.view();
      if (!Files.isDirectory(view.path(Mountings.USUAL))) {
        loadModule();
      }
      mountings.mountOnHost(view);
      Optional<Ground> mounted = mounted(view, Way.MOUNTED_ON_HOST);
      if (mounted.isEmpty()) {
        reasons.add("a mount made in the host's mount namespace cannot be seen there");
      }
      return mounted;
    } catch (KernelException e) {
      reasons.add(String.valueOf(Mountings.refusal(e).getMessage()));
    } catch (IOException e) {
      reasons.add(Failures.describe(e));
    }
    return Optional.empty();
  }

  /// The folder in /proc/sys comes with the module, and the module with the first mount.
  private void loadModule() throws IOException {
    try {
      mountings.unmount(mountings.mountAside());
    } catch (HostException refused) {
      throw new IOException(refused.getMessage(), refused);
    }
  }

  private Ground aside(Way way) throws IOException, HostException {
    return at(mountings.mountAside(), way);
  }

  private Ground at(Path point, Way way) throws IOException {
    return new Ground(point, standpoint.view(), way, MountTable.deviceOf(point), List.of(point));
  }

  /// A mount below a shared one appears on the host too, which is proven like any other.
  private Optional<Ground> shared(List<String> reasons)
      throws IOException, HostException, InterruptedException {
    if (standpoint.root().isEmpty()) {
      reasons.add(
          "no folder of the host is known that passes mounts on (mount the host's root folder and say --host-root, its"
              + " /mnt with propagation: rshared, Bidirectional)");
      return Optional.empty();
    }
    Path root = standpoint.root().get();
    for (String name : SHARED) {
      Path folder = name.isEmpty() ? root : root.resolve(name);
      Optional<MountTable.Mount> parent = MountTable.read(OWN_TABLE).of(folder.toString());
      if (parent.isPresent() && parent.get().shared() && Files.isWritable(folder)) {
        Optional<Ground> ground = shared(folder.resolve("binfmt_misc"), parent.get());
        if (ground.isPresent()) {
          return ground;
        }
        reasons.add(folder + " is shared, but with nobody who would hold a mount made below it");
      }
    }
    reasons.add(
        "nothing below "
            + root
            + " passes mounts on to the host (mount its /mnt with propagation: rshared, Bidirectional)");
    return Optional.empty();
  }

  private Optional<Ground> shared(Path point, MountTable.Mount parent)
      throws IOException, HostException, InterruptedException {
    Files.createDirectories(point);
    mountings.mount(point);
    // Otherwise the trial's unmounting would be passed on to the host as well.
    kernel.get().mounts().makePrivate(Path.of(parent.point()));
    Turn mine = Turn.take(mountings, point, MountTable.deviceOf(point), notes);
    turn = mine;
    if (mine.prove() == Turn.Outcome.OUTLIVED) {
      return Optional.of(at(mine.point(), Way.SHARED_PATH));
    }
    endTurn();
    mountings.unmount(mine.point());
    return Optional.empty();
  }

  /// Takes our own mounts away. What lasts without them stays.
  public void leave(Ground ground) throws IOException {
    endTurn();
    for (Path point : ground.mounted()) {
      mountings.unmount(point);
    }
  }

  /// To change what is there, lasting or not.
  public Ground anyWritable() throws IOException, HostException {
    Ground ground = any();
    return ground.mounted().isEmpty() ? writable(ground) : ground;
  }
}
