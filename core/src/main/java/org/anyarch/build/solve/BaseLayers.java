package org.anyarch.build.solve;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.anyarch.kernel.Kernel;
import org.anyarch.oci.Descriptor;
import org.anyarch.oci.Digest;
import org.anyarch.oci.LayerApplier;
import org.anyarch.oci.OciException;

/// Unpacks the layers of base images into the store, each once for all builds that come after.
public final class BaseLayers {
  /// Smaller layers are there before anyone wonders.
  private static final long WORTH_A_LINE = 8 << 20;

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

  /// The image's root as a snapshot.
  public Snapshot unpack(BaseImage image, Consumer<String> notes)
      throws IOException, InterruptedException {
    Snapshot snapshot = Snapshot.EMPTY;
    List<String> chain = chain(image);
    for (int i = 0; i < chain.size(); i++) {
      String name = chain.get(i).replace(':', '-');
      // Two platforms of one build may share a layer; the second waits for the first.
      AtomicReference<Path> layer = known.computeIfAbsent(name, _ -> new AtomicReference<>());
      synchronized (layer) {
        if (layer.get() == null) {
          layer.set(layer(image, i, name, snapshot, notes));
        }
        snapshot = snapshot.with(layer.get());
      }
    }
    return snapshot;
  }

  private Path layer(
      BaseImage image, int number, String name, Snapshot below, Consumer<String> notes)
      throws IOException, InterruptedException {
    String key = store.layer(name).getFileName().toString();
    store.locks().use(key);
    Optional<Path> usable = store.usableLayer(name);
    if (usable.isPresent()) {
      return usable.get();
    }
    Descriptor layer = image.layers().get(number);
    Runnable waiting = () -> notes.accept("waiting for another anyarch, which unpacks a layer");
    try (KeyLocks.Held _ = store.locks().making(key, waiting)) {
      usable = store.usableLayer(name);
      if (usable.isPresent()) {
        return usable.get();
      }
      if (layer.size() > WORTH_A_LINE) {
        notes.accept("unpacking a layer of " + (layer.size() >> 20) + " MiB");
      }
      Digest diffId = image.config().diffIds().get(number);
      return store.keep(
          unpack(image, layer, diffId, below, notes), name, layer.digest(), kernel.xattrs());
    }
  }

  private Path unpack(
      BaseImage image, Descriptor layer, Digest diffId, Snapshot below, Consumer<String> notes)
      throws IOException {
    Path folder = store.workFolder("layer-" + next.incrementAndGet());
    Digest found;
    try (Overlays.Mounted mounted = overlays.writable(below, folder)) {
      found =
          new LayerApplier(kernel.nodes(), kernel.xattrs(), notes)
              .apply(image.layout(), layer, mounted.root());
    }
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
    return folder.resolve("fs");
  }
}
