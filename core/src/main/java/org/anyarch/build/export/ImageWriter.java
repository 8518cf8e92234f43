package org.anyarch.build.export;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.UnaryOperator;
import org.anyarch.build.Meter;
import org.anyarch.build.Progress;
import org.anyarch.build.plan.PlannedStage;
import org.anyarch.build.plan.PlannedStep;
import org.anyarch.build.solve.BaseImage;
import org.anyarch.build.solve.Solver;
import org.anyarch.build.solve.StepCache;
import org.anyarch.kernel.Failures;
import org.anyarch.kernel.Xattrs;
import org.anyarch.oci.Descriptor;
import org.anyarch.oci.History;
import org.anyarch.oci.ImageConfig;
import org.anyarch.oci.LayerPacker;
import org.anyarch.oci.Layout;
import org.anyarch.oci.Manifest;
import org.anyarch.oci.MediaType;
import org.anyarch.oci.OciException;
import org.anyarch.oci.PackedLayer;

/// Writes images into a layout. Safe for several threads, one a platform; a folder that two
/// platforms share is packed once.
public final class ImageWriter {
  private final Layout layout;
  private final Path destination;
  private final Xattrs xattrs;
  private final long epoch;
  private final StepCache cache;
  private final ImageOptions options;
  private final ConcurrentMap<Path, Object> underWay = new ConcurrentHashMap<>();
  private final ConcurrentMap<Path, PackedLayer> packed = new ConcurrentHashMap<>();

  /// @param layout where blobs go
  /// @param destination the layout that the image will be copied to; what its base has there
  ///   already is not read again
  /// @param epoch seconds since 1970; no file in a layer is younger, and images say that they were
  ///   made then
  /// @param cache knows what earlier builds packed
  public ImageWriter(
      Layout layout,
      Path destination,
      Xattrs xattrs,
      long epoch,
      StepCache cache,
      ImageOptions options) {
    this.layout = layout;
    this.destination = destination;
    this.cache = cache;
    this.options = options;
    this.xattrs = xattrs;
    this.epoch = epoch;
  }

  /// How the platform whose image is written hears of it.
  private record Said(String platform, Progress progress) {
    void note(String text) {
      progress.note(platform, text);
    }

    Meter transfer(String what, OptionalLong total) {
      return new Meter(progress.transfer(platform, what, total));
    }
  }

  /// Writes the image that the stages came to and returns the descriptor of its manifest, with its
  /// platform.
  ///
  /// @param chain the target stage and those it was made FROM, the oldest first
  public Descriptor write(List<PlannedStage> chain, Solver.Solved solved, Progress progress)
      throws IOException {
    PlannedStage stage = chain.getLast();
    Said said = new Said(stage.platform().toString(), progress);
    List<Descriptor> layers = new ArrayList<>();
    Optional<BaseImage> base = solved.base();
    if (base.isPresent()) {
      for (Descriptor layer : base.get().layers()) {
        if (!Layout.holds(destination, layer)) {
          try (Meter read = said.transfer("reading a base layer", OptionalLong.of(layer.size()))) {
            layout.copyBlob(base.get().layout(), layer, read);
          }
        }
        layers.add(layer);
      }
    }
    Instant created = Instant.ofEpochSecond(epoch);
    ImageConfig result = stage.result();
    int index = 0;
    for (PlannedStage part : chain) {
      for (PlannedStep step : part.steps()) {
        Optional<StepCache.Kept> change = solved.changes().get(index++);
        Optional<PackedLayer> layer =
            change.isPresent() ? pack(step, change.get(), said) : Optional.empty();
        History line = new History(created, step.createdBy(), "", layer.isEmpty());
        if (layer.isPresent()) {
          layers.add(layer.get().descriptor());
          result = result.withLayer(layer.get().diffId(), line);
        } else {
          result = result.withStep(line);
        }
      }
    }
    Map<String, String> labels = stage.result().parameters().labels();
    labels.putAll(options.labels());
    result =
        result
            .withParameters(result.parameters().withLabels(labels))
            .withOs(stage.platform().os())
            .withArchitecture(stage.platform().architecture())
            .withVariant(stage.platform().variant())
            .withCreated(created);
    Descriptor configuration = layout.put(MediaType.CONFIG, result.bytes());
    Manifest manifest =
        new Manifest(
            MediaType.MANIFEST,
            configuration,
            layers,
            options.at(ImageOptions.Place.MANIFEST, stage.platform()));
    Descriptor descriptor =
        layout.put(MediaType.MANIFEST, manifest.bytes()).withPlatform(stage.platform());
    for (Map.Entry<String, String> annotation :
        options.at(ImageOptions.Place.MANIFEST_DESCRIPTOR, stage.platform()).entrySet()) {
      descriptor = descriptor.withAnnotation(annotation.getKey(), annotation.getValue());
    }
    return descriptor;
  }

  /// Empty when nothing changed: such a step gets a line in the history and no layer.
  private Optional<PackedLayer> pack(PlannedStep step, StepCache.Kept change, Said said)
      throws IOException {
    try {
      return pack(change, step.text(), said);
    } catch (OciException e) {
      throw new OciException(step.location() + ": " + e.getMessage(), e);
    } catch (FileSystemException | ClosedByInterruptException e) {
      throw e;
    } catch (IOException e) {
      // A full disk has no file name in its message.
      throw new OciException(
          step.location()
              + ": cannot write its layer below "
              + layout.root()
              + ": "
              + Failures.describe(e),
          e);
    }
  }

  private Optional<PackedLayer> pack(StepCache.Kept change, String step, Said said)
      throws IOException {
    Path folder = change.folder();
    synchronized (underWay.computeIfAbsent(folder, _ -> new Object())) {
      PackedLayer layer = packed.get(folder);
      if (layer == null) {
        Optional<PackedLayer> kept = cache.packed(folder, epoch, layout);
        if (kept.isPresent()) {
          layer = kept.get();
        } else {
          Instant date = Instant.ofEpochSecond(epoch);
          UnaryOperator<Instant> times = time -> change.made().dated(time, date);
          try (Meter read = said.transfer("packing " + step, OptionalLong.empty())) {
            layer = new LayerPacker(xattrs, times, said::note, read).pack(folder, layout);
          }
          cache.keepPacked(folder, epoch, layer, layout);
        }
        packed.put(folder, layer);
      }
      return layer.isEmpty() ? Optional.empty() : Optional.of(layer);
    }
  }
}
