package org.anyarch.build.solve;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.anyarch.binfmt.Instance;
import org.anyarch.binfmt.Rule;
import org.anyarch.build.fetch.Fetcher;
import org.anyarch.oci.OciException;
import org.anyarch.oci.RootPath;
import org.anyarch.platform.Guest;
import org.anyarch.platform.Platform;
import org.anyarch.session.ContainerSpec;
import org.anyarch.session.CpuInfo;
import org.anyarch.session.Handlers;
import org.anyarch.session.Session;
import org.anyarch.twins.Bans;
import org.anyarch.twins.Mode;
import org.anyarch.twins.Showing;
import org.anyarch.twins.TwinStore;
import org.anyarch.twins.Twins;

/// Native twins for the programs of foreign roots, be they those of steps or of containers that
/// somebody starts. What they are made of is kept in the store.
public final class RootTwins implements AutoCloseable {
  private final Bans bans;
  private final Twins twins;
  private final Path cpuInfos;
  private final Map<Guest, Optional<Path>> cpuInfo = new HashMap<>();

  /// @param patience how long a container's start waits for packages that are being fetched
  /// @param notes told, once each, why there are fewer twins than there could be
  public RootTwins(
      Store store, Mode mode, Fetcher fetcher, Duration patience, Consumer<String> notes)
      throws IOException {
    this.bans = Bans.of(store.home());
    this.cpuInfos = store.workFolder("cpuinfo");
    this.twins =
        new Twins(
            store.workFolder("twins"),
            Path.of(System.getProperty("anyarch.home", ""), "libexec/modules.so").toAbsolutePath(),
            Guest.of(Platform.host()).orElseThrow(),
            mode,
            bans,
            new TwinStore(store.twins()),
            fetcher::fetch,
            patience,
            notes);
  }

  /// What has no twin since one was wrong.
  Bans bans() {
    return bans;
  }

  /// Makes twins ready for a root, and follows what is installed there.
  public Showing show(Twins.Root root) throws IOException, InterruptedException {
    return twins.show(root);
  }

  /// What the root's container has to see of them.
  public List<ContainerSpec.Bind> binds(Showing showing) throws IOException, InterruptedException {
    List<ContainerSpec.Bind> binds = new ArrayList<>();
    binds.add(new ContainerSpec.Bind(showing.folder(), Twins.TARGET, false));
    binds.add(new ContainerSpec.Bind(showing.own(), Twins.OWN_TARGET, false));
    cpuInfo(showing.guest())
        .ifPresent(file -> binds.add(new ContainerSpec.Bind(file, CpuInfo.PATH, false)));
    return binds;
  }

  /// A file for what the guest's emulator shows in the place of this machine's, if it does so.
  private synchronized Optional<Path> cpuInfo(Guest guest)
      throws IOException, InterruptedException {
    Optional<Path> known = cpuInfo.get(guest);
    if (known == null) {
      Path work = Files.createDirectories(cpuInfos.resolve(guest.qemu()));
      Optional<byte[]> shown = CpuInfo.of(Instance.at(Session.handlers()), guest, work);
      known = shown.isPresent() ? Optional.of(file(work, shown.get())) : Optional.empty();
      cpuInfo.put(guest, known);
    }
    return known;
  }

  /// With the permissions of the kernel's.
  private static Path file(Path folder, byte[] content) throws IOException {
    Path file = Files.write(folder.resolve("cpuinfo"), content);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
  }

  /// The guest whose programs those of the platform are, if they are emulated here.
  public static Optional<Guest> foreign(Platform platform) {
    return Guest.of(platform).filter(RootTwins::isForeign);
  }

  /// The guest whose programs a root folder has, by its shell, if they are emulated here.
  public static Optional<Guest> foreign(Path root) throws IOException {
    try {
      Path shell = RootPath.resolve(root, "/bin/sh");
      if (!Files.isRegularFile(shell, LinkOption.NOFOLLOW_LINKS)) {
        return Optional.empty();
      }
      try (InputStream in = Files.newInputStream(shell, LinkOption.NOFOLLOW_LINKS)) {
        return Handlers.guestOf(in.readNBytes(Rule.HEAD)).filter(RootTwins::isForeign);
      }
    } catch (NoSuchFileException | OciException e) {
      // Just removed, or links in a circle.
      return Optional.empty();
    }
  }

  private static boolean isForeign(Guest guest) {
    return !guest.nativeOn(Platform.host()) && !guest.isNarrowSiblingOf(Platform.host());
  }

  /// Gives up what is still being fetched.
  @Override
  public void close() {
    twins.close();
  }
}
