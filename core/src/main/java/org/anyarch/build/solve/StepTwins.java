package org.anyarch.build.solve;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.anyarch.build.Progress;
import org.anyarch.build.fetch.Fetcher;
import org.anyarch.platform.Platform;
import org.anyarch.session.ContainerSpec;
import org.anyarch.twins.Bans;
import org.anyarch.twins.Mode;
import org.anyarch.twins.Origins;
import org.anyarch.twins.Showing;
import org.anyarch.twins.Twins;

/// Native twins for the programs of emulated steps: they come from the same base image for this
/// machine's platform, if its index has one, and from the archive of the distribution. No result
/// depends on whether there are any, but in [Mode#COMPATIBLE].
final class StepTwins implements AutoCloseable {
  /// In the folder of a step's result: where packages come from that were found for it.
  static final String ORIGINS = "twin-origins";

  /// What an emulated apt takes to read its lists, and less than it then loses.
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Overlays overlays;
  private final BaseLayers layers;
  private final Progress progress;
  private final RootTwins twins;

  StepTwins(Solver.Ground ground, Mode mode, Overlays overlays, BaseLayers layers, Fetcher fetcher)
      throws IOException {
    this.overlays = overlays;
    this.layers = layers;
    this.progress = ground.progress();
    this.twins =
        new RootTwins(ground.store(), mode, fetcher, PATIENCE, text -> progress.note("", text));
  }

  /// What has no twin since one was wrong.
  Bans bans() {
    return twins.bans();
  }

  /// Shows a foreign step's container its twins.
  ///
  /// @param below what the step runs on
  /// @param root of the container, mounted
  /// @param online whether the step has this machine's network, so that fetching something for it
  ///   reaches nothing that it could not
  Showing show(Stages.Root below, Platform platform, Path root, boolean online)
      throws IOException, InterruptedException {
    Optional<Twins.Source> sibling =
        below.base().isPresent()
            ? SiblingImage.of(below.base().get(), layers, overlays, progress)
            : Optional.empty();
    List<Path> origins =
        below.changes().stream().map(change -> change.folder().resolveSibling(ORIGINS)).toList();
    return twins.show(
        new Twins.Root(
            root,
            RootTwins.foreign(platform).orElseThrow(),
            sibling,
            Origins.read(origins),
            online));
  }

  /// What the step's container has to see of them.
  List<ContainerSpec.Bind> binds(Showing showing) throws IOException, InterruptedException {
    return twins.binds(showing);
  }

  @Override
  public void close() {
    twins.close();
  }
}
