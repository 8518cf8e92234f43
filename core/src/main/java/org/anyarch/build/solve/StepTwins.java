package org.anyarch.build.solve;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.anyarch.build.Progress;
import org.anyarch.build.fetch.Fetcher;
import org.anyarch.oci.OciException;
import org.anyarch.platform.Guest;
import org.anyarch.platform.Platform;
import org.anyarch.session.ContainerSpec;
import org.anyarch.twins.Bans;
import org.anyarch.twins.Origins;
import org.anyarch.twins.Showing;
import org.anyarch.twins.TwinStore;
import org.anyarch.twins.Twins;

/// Native twins for the programs of emulated steps: they come from the same base image for this
/// machine's platform, if its index has one, and from the archive of the distribution. No result
/// depends on whether there are any.
final class StepTwins implements AutoCloseable {
  /// In the folder of a step's result: where packages come from that were found for it.
  static final String ORIGINS = "twin-origins";

  private final Overlays overlays;
  private final BaseLayers layers;
  private final Progress progress;
  private final Bans bans;
  private final Twins twins;

  StepTwins(Solver.Ground ground, Overlays overlays, BaseLayers layers, Fetcher fetcher)
      throws IOException {
    this.overlays = overlays;
    this.layers = layers;
    this.progress = ground.progress();
    this.bans = Bans.of(ground.store().home());
    this.twins =
        new Twins(
            ground.store().workFolder("twins"),
            Guest.of(Platform.host()).orElseThrow(),
            bans,
            new TwinStore(ground.store().twins()),
            fetcher::fetch,
            text -> progress.note("", text));
  }

  /// What has no twin since one was wrong.
  Bans bans() {
    return bans;
  }

  /// Shows a foreign step's container its twins.
  ///
  /// @param below what the step runs on
  /// @param root of the container, mounted
  /// @param online whether the step has this machine's network, so that fetching something for it
  ///   reaches nothing that it could not
  Showing show(Stages.Root below, Platform platform, Path root, boolean online)
      throws IOException, InterruptedException {
    Optional<BaseImage> sibling =
        below.base().isPresent() ? below.base().get().sibling(Platform.host()) : Optional.empty();
    List<Path> origins =
        below.changes().stream().map(change -> change.folder().resolveSibling(ORIGINS)).toList();
    return twins.show(
        new Twins.Root(
            root,
            foreign(platform).orElseThrow(),
            sibling.isPresent() ? Optional.of(source(sibling.get())) : Optional.empty(),
            Origins.read(origins),
            online));
  }

  /// What the container of a step sees.
  static List<ContainerSpec.Bind> binds(Showing showing) {
    return List.of(
        new ContainerSpec.Bind(showing.folder(), Twins.TARGET, false),
        new ContainerSpec.Bind(showing.own(), Twins.OWN_TARGET, false));
  }

  /// Whether programs of that platform are emulated here.
  static boolean isForeign(Platform platform) {
    return foreign(platform).isPresent();
  }

  private static Optional<Guest> foreign(Platform platform) {
    return Guest.of(platform)
        .filter(g -> !g.nativeOn(Platform.host()) && !g.isNarrowSiblingOf(Platform.host()));
  }

  @Override
  public void close() {
    twins.close();
  }

  private Twins.Source source(BaseImage image) throws OciException {
    String name = BaseLayers.chain(image).toString();
    return new Twins.Source() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public Opened open() throws IOException, InterruptedException {
        Overlays.Mounted mounted =
            overlays.readable(layers.unpack(image, Platform.host(), progress));
        return new Opened() {
          @Override
          public Path root() {
            return mounted.root();
          }

          @Override
          public void close() throws IOException {
            mounted.close();
          }
        };
      }
    };
  }
}
