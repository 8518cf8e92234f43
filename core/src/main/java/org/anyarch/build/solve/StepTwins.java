package org.anyarch.build.solve;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.anyarch.build.Progress;
import org.anyarch.oci.OciException;
import org.anyarch.platform.Guest;
import org.anyarch.platform.Platform;
import org.anyarch.session.ContainerSpec;
import org.anyarch.twins.Bans;
import org.anyarch.twins.Execs;
import org.anyarch.twins.Remedies;
import org.anyarch.twins.Twins;

/// Native twins for the programs of emulated steps: they come from the same base image for this
/// machine's platform, if its index has one. No result depends on whether there are any.
final class StepTwins {
  private final Overlays overlays;
  private final BaseLayers layers;
  private final Progress progress;
  private final Bans bans;
  private final Twins twins;

  StepTwins(Solver.Ground ground, Overlays overlays, BaseLayers layers) throws IOException {
    this.overlays = overlays;
    this.layers = layers;
    this.progress = ground.progress();
    this.bans = Bans.of(ground.store().home());
    this.twins =
        new Twins(
            ground.store().workFolder("twins"), Guest.of(Platform.host()).orElseThrow(), bans);
  }

  /// What has no twin since one was wrong.
  Bans bans() {
    return bans;
  }

  /// What a step's container is shown.
  ///
  /// @param root of the container, mounted
  List<ContainerSpec.Bind> binds(Optional<BaseImage> base, Platform platform, Path root)
      throws IOException, InterruptedException {
    Optional<Guest> guest = foreign(platform);
    Optional<BaseImage> sibling =
        base.isPresent() ? base.get().sibling(Platform.host()) : Optional.empty();
    if (guest.isEmpty() || sibling.isEmpty()) {
      return List.of();
    }
    return twins
        .show(root, guest.get(), source(sibling.get()))
        .map(
            shown ->
                List.of(
                    new ContainerSpec.Bind(shown.folder(), Twins.TARGET, false),
                    new ContainerSpec.Bind(shown.table(), Twins.Shown.TABLE, false)))
        .orElse(List.of());
  }

  /// With the reasons why programs were emulated.
  Execs explained(Optional<BaseImage> base, Path root, Execs execs)
      throws IOException, InterruptedException {
    Optional<BaseImage> sibling =
        base.isPresent() ? base.get().sibling(Platform.host()) : Optional.empty();
    String host = Platform.host().toString();
    if (sibling.isEmpty()) {
      return new Remedies(root, Optional.empty(), host, bans).of(execs);
    }
    try (Twins.Source.Opened opened = source(sibling.get()).open()) {
      return new Remedies(root, Optional.of(opened.root()), host, bans).of(execs);
    }
  }

  /// Whether programs of that platform are emulated here.
  static boolean isForeign(Platform platform) {
    return foreign(platform).isPresent();
  }

  private static Optional<Guest> foreign(Platform platform) {
    return Guest.of(platform)
        .filter(g -> !g.nativeOn(Platform.host()) && !g.isNarrowSiblingOf(Platform.host()));
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
