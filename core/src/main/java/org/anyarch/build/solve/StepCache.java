package org.anyarch.build.solve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import org.anyarch.kernel.Xattrs;
import org.anyarch.oci.Descriptor;
import org.anyarch.oci.Digest;
import org.anyarch.oci.Layout;
import org.anyarch.oci.MediaType;
import org.anyarch.oci.OciException;
import org.anyarch.oci.PackedLayer;

/// The results of steps that earlier builds left in the store, and other builds leave now. In
/// `steps/KEY/`:
///
/// - `fs/` what the step changed, in overlayfs's form
/// - `entry` says so; without a whole one there is no result
/// - `packed-EPOCH` the layer it was packed to, whose blob is `blob-EPOCH`
///
/// A result appears as a whole, by a rename, so a build that is killed leaves none or all of it.
/// What is damaged is set aside and made again. Before a result is looked for, its key is locked as
/// used: whoever removes results passes over those that somebody uses.
public final class StepCache {
  static final String STEP = "anyarch step 4";
  static final String PACKED = "anyarch packed 1";
  static final String ENTRY = "entry";
  static final String FILES = "fs";
  private static final String MADE = "made";

  private final Store store;
  private final Xattrs xattrs;

  public StepCache(Store store, Xattrs xattrs) {
    this.store = store;
    this.xattrs = xattrs;
  }

  /// A step's result.
  ///
  /// @param folder what it changed
  /// @param identity what the keys of the steps behind it are made of
  /// @param made when it and what it was made from were; times of then say nothing
  public record Kept(Path folder, String identity, Spans made) {}

  /// What is to be kept of a step beside its files.
  ///
  /// @param description what the step is, for people
  record Result(String key, String identity, Spans made, String description) {
    Kept in(Path folder) {
      return new Kept(folder, identity, made);
    }
  }

  /// The result kept under the key, if there is one; this process uses it from now on.
  Optional<Kept> find(String key) throws IOException, InterruptedException {
    store.locks().use(key);
    Path folder = store.step(key);
    Path files = folder.resolve(FILES);
    Path entry = folder.resolve(ENTRY);
    Optional<EntryFile> read = EntryFile.read(entry, STEP);
    Optional<Spans> made = read.flatMap(one -> Spans.parse(one.value(MADE)));
    if (read.isEmpty()
        || !read.get().value("key").equals(key)
        || read.get().value("identity").isEmpty()
        || made.isEmpty()
        || !store.isUsable(read.get(), files, entry)) {
      return Optional.empty();
    }
    return Optional.of(new Kept(files, read.get().value("identity"), made.get()));
  }

  /// Keeps what a step made in `made/fs`, to be called with the lock of its making. What was there
  /// under that key goes, unless another build uses it: then the result serves this build alone.
  Kept keep(Path made, Result result) throws IOException, InterruptedException {
    String key = result.key();
    Path files = made.resolve(FILES);
    new EntryFile(
            STEP,
            Seal.of(files, xattrs, store.boot())
                .with(
                    Map.of(
                        "key",
                        key,
                        "identity",
                        result.identity(),
                        MADE,
                        result.made().text(),
                        "what",
                        EntryFile.line(result.description()))))
        .write(made.resolve(ENTRY));
    Path target = store.step(key);
    if (EntryFile.read(target.resolve(ENTRY), STEP).isEmpty()) {
      store.setAside(target);
    } else {
      store.setAsideUnlessUsed(key, target);
    }
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      return result.in(files);
    }
    store.grow();
    // overlayfs's work folder is no part of the result.
    Trees.delete(made.resolve("work"));
    Files.move(made, target, StandardCopyOption.ATOMIC_MOVE);
    return result.in(target.resolve(FILES));
  }

  /// The layer that the folder was packed to for this epoch, with its blob put into `into`; empty
  /// if it was not, or if the blob is not what it was.
  public Optional<PackedLayer> packed(Path folder, long epoch, Layout into) throws IOException {
    Path step = folder.resolveSibling(".").normalize();
    Optional<EntryFile> read = EntryFile.read(step.resolve("packed-" + epoch), PACKED);
    if (!store.isStep(step) || read.isEmpty()) {
      return Optional.empty();
    }
    EntryFile entry = read.get();
    Optional<Long> entries = entry.number("entries");
    Optional<Long> size = entry.number("size");
    if (entries.isEmpty() || size.isEmpty()) {
      return Optional.empty();
    }
    PackedLayer layer;
    try {
      layer =
          new PackedLayer(
              Descriptor.of(MediaType.LAYER_GZIP, Digest.parse(entry.value("digest")), size.get()),
              Digest.parse(entry.value("diff-id")),
              entries.get());
    } catch (OciException e) {
      return Optional.empty();
    }
    if (layer.isEmpty()) {
      return Optional.of(layer);
    }
    Path blob = step.resolve("blob-" + epoch);
    if (!stamp(blob).equals(entry.value("stamp"))) {
      return Optional.empty();
    }
    into.adopt(blob, layer.descriptor());
    return Optional.of(layer);
  }

  /// Remembers what the folder was packed to.
  public void keepPacked(Path folder, long epoch, PackedLayer layer, Layout from)
      throws IOException {
    Path step = folder.resolveSibling(".").normalize();
    if (!store.isStep(step)) {
      return;
    }
    Path blob = step.resolve("blob-" + epoch);
    if (!layer.isEmpty()) {
      from.lend(layer.descriptor(), blob);
    }
    new EntryFile(
            PACKED,
            Map.of(
                "digest",
                layer.descriptor().digest().toString(),
                "size",
                String.valueOf(layer.descriptor().size()),
                "diff-id",
                layer.diffId().toString(),
                "entries",
                String.valueOf(layer.entries()),
                "stamp",
                layer.isEmpty() ? "none" : stamp(blob)))
        .write(step.resolve("packed-" + epoch));
  }

  /// Which file it is, how long, and when it was last written to; reading gigabytes to see whether
  /// nobody changed them would cost more than packing small layers.
  static String stamp(Path file) throws IOException {
    try {
      Map<String, Object> stat =
          Files.readAttributes(file, "unix:ino,size,lastModifiedTime", LinkOption.NOFOLLOW_LINKS);
      return stat.get("ino") + "," + stat.get("size") + "," + stat.get("lastModifiedTime");
    } catch (NoSuchFileException e) {
      return "absent";
    }
  }
}
