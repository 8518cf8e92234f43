package org.anyarch.build.solve;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
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
  private final ConcurrentMap<String, Object> underWay = new ConcurrentHashMap<>();

  public BaseLayers(Store store, Overlays overlays, Kernel kernel) {
    this.store = store;
    this.overlays = overlays;
    this.kernel = kernel;
  }

  /// The image's root as a snapshot.
  public Snapshot unpack(BaseImage image, Consumer<String> notes) throws IOException {
    List<Digest> diffIds = image.config().diffIds();
    if (diffIds.size() != image.layers().size()) {
      throw new OciException(
          "the image has "
              + image.layers().size()
              + " layers but its configuration names "
              + diffIds.size());
    }
    Snapshot snapshot = Snapshot.EMPTY;
    String chain = "";
    for (int i = 0; i < diffIds.size(); i++) {
      String diffId = diffIds.get(i).toString();
      // The chain id of the OCI image specification: what a layer unpacks to depends on those below
      // it.
      chain =
          chain.isEmpty()
              ? diffId
              : Digest.ofSha256((chain + " " + diffId).getBytes(StandardCharsets.UTF_8)).toString();
      String name = chain.replace(':', '-');
      // Two platforms of one build may share a layer; the second waits for the first.
      synchronized (underWay.computeIfAbsent(name, _ -> new Object())) {
        Path kept = store.layer(name);
        if (!Files.isDirectory(kept)) {
          Descriptor layer = image.layers().get(i);
          if (layer.size() > WORTH_A_LINE) {
            notes.accept("unpacking a layer of " + (layer.size() >> 20) + " MiB");
          }
          kept = store.keep(unpack(image, layer, diffIds.get(i), snapshot, notes), name);
        }
        snapshot = snapshot.with(kept);
      }
    }
    return snapshot;
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
