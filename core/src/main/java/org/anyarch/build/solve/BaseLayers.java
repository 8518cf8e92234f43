package org.anyarch.build.solve;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.anyarch.build.Meter;
import org.anyarch.build.Progress;
import org.anyarch.kernel.Kernel;
import org.anyarch.oci.Descriptor;
import org.anyarch.oci.Digest;
import org.anyarch.oci.FileContents;
import org.anyarch.oci.LayerApplier;
import org.anyarch.oci.OciException;
import org.anyarch.platform.Platform;

/// Unpacks the layers of base images into the store, each once for all builds that come after.
public final class BaseLayers {
  /// So many digits of a digest are enough to tell layers apart.
  private static final int SHOWN = 12;

  private final Store store;
  private final Overlays overlays;
  private final Kernel kernel;
  private final AtomicInteger next = new AtomicInteger();
  private final ConcurrentMap<String, AtomicReference<Path>> known = new ConcurrentHashMap<>();

  public BaseLayers(Store store, Overlays overlays, Kernel kernel) {
    this.store = store;
    this.overlays = overlays;
    this.kernel = kernel;
  }

  /// The chain ids of the OCI image specification, one a layer: what a layer unpacks to depends on
  /// those below it.
  static List<String> chain(BaseImage image) throws OciException {
    List<Digest> diffIds = image.config().diffIds();
    if (diffIds.size() != image.layers().size()) {
      throw new OciException(
          "the image has "
              + image.layers().size()
              + " layers but its configuration names "
              + diffIds.size());
    }
    List<String> chain = new ArrayList<>();
    for (Digest diffId : diffIds) {
      chain.add(
          chain.isEmpty()
              ? diffId.toString()
              : Digest.ofSha256((chain.getLast() + " " + diffId).getBytes(StandardCharsets.UTF_8))
                  .toString());
    }
    return chain;
  }

  /// How the platform that a layer is unpacked for hears of it.
  private record Said(String platform, Progress progress) {
    void note(String text) {
      progress.note(platform, text);
    }

    Meter unpacking(Descriptor layer) {
      return new Meter(
          progress.transfer(
              platform,
              "unpacking layer " + layer.digest().hex().substring(0, SHOWN),
              OptionalLong.of(layer.size())));
    }
  }

  /// The image's root as a snapshot.
  ///
  /// @param platform that it is wanted for
  public Snapshot unpack(BaseImage image, Platform platform, Progress progress)
      throws IOException, InterruptedException {
    Snapshot snapshot = Snapshot.EMPTY;
    List<String> chain = chain(image);
    Said said = new Said(platform.toString(), progress);
    for (int i = 0; i < chain.size(); i++) {
      String name = chain.get(i).replace(':', '-');
      // Two platforms of one build may share a layer; the second waits for the first.
      AtomicReference<Path> layer = known.computeIfAbsent(name, _ -> new AtomicReference<>());
      synchronized (layer) {
        if (layer.get() == null) {
          layer.set(layer(image, i, name, snapshot, said));
        }
        snapshot = snapshot.with(layer.get());
      }
    }
    return snapshot;
  }

  private Path layer(BaseImage image, int number, String name, Snapshot below, Said said)
      throws IOException, InterruptedException {
    String key = store.layer(name).getFileName().toString();
    store.locks().use(key);
    Optional<Path> usable = store.usableLayer(name);
    if (usable.isPresent()) {
      return usable.get();
    }
    Descriptor layer = image.layers().get(number);
    Runnable waiting = () -> said.note("waiting for another anyarch, which unpacks a layer");
    try (KeyLocks.Held _ = store.locks().making(key, waiting)) {
      usable = store.usableLayer(name);
      if (usable.isPresent()) {
        return usable.get();
      }
      Digest diffId = image.config().diffIds().get(number);
      Path folder = store.workFolder("layer-" + next.incrementAndGet());
      FileContents contents = unpack(image, layer, diffId, below, folder, said);
      return store.keep(folder.resolve("fs"), name, layer.digest(), kernel.xattrs(), contents);
    }
  }

  /// Unpacks the layer to `folder/fs`.
  private FileContents unpack(
      BaseImage image, Descriptor layer, Digest diffId, Snapshot below, Path folder, Said said)
      throws IOException {
    LayerApplier.Applied applied;
    try (Meter read = said.unpacking(layer)) {
      LayerApplier applier = new LayerApplier(kernel.nodes(), kernel.xattrs(), said::note, read);
      if (below.folders().isEmpty()) {
        // Nothing to merge with: each call would only take longer by way of an overlay.
        Path root = Files.createDirectories(folder.resolve("fs"));
        applied = applier.apply(image.layout(), layer, root);
      } else {
        try (Overlays.Mounted mounted = overlays.writable(below, folder)) {
          applied = applier.apply(image.layout(), layer, mounted.root());
        }
      }
    }
    Digest found = applied.diffId();
    if (!found.equals(diffId)) {
      throw new OciException(
          "the layer "
              + layer.digest()
              + " unpacks to "
              + found
              + ", but the image's configuration says "
              + diffId
              + "; get the image again");
    }
    return applied.contents();
  }
}
