package org.anyarch.build.solve;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.anyarch.binfmt.Rule;
import org.anyarch.build.fetch.Fetcher;
import org.anyarch.oci.OciException;
import org.anyarch.oci.RootPath;
import org.anyarch.platform.Guest;
import org.anyarch.platform.Platform;
import org.anyarch.session.ContainerSpec;
import org.anyarch.session.Handlers;
import org.anyarch.twins.Bans;
import org.anyarch.twins.Showing;
import org.anyarch.twins.TwinStore;
import org.anyarch.twins.Twins;

/// Native twins for the programs of foreign roots, be they those of steps or of containers that
/// somebody starts. What they are made of is kept in the store.
public final class RootTwins implements AutoCloseable {
  private final Bans bans;
  private final Twins twins;

  /// @param patience how long a container's start waits for packages that are being fetched
  /// @param notes told, once each, why there are fewer twins than there could be
  public RootTwins(Store store, Fetcher fetcher, Duration patience, Consumer<String> notes)
      throws IOException {
    this.bans = Bans.of(store.home());
    this.twins =
        new Twins(
            store.workFolder("twins"),
            Guest.of(Platform.host()).orElseThrow(),
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
  public static List<ContainerSpec.Bind> binds(Showing showing) {
    return List.of(
        new ContainerSpec.Bind(showing.folder(), Twins.TARGET, false),
        new ContainerSpec.Bind(showing.own(), Twins.OWN_TARGET, false));
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
