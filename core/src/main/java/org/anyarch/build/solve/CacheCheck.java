package org.anyarch.build.solve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import org.anyarch.kernel.Xattrs;
import org.anyarch.oci.Digest;
import org.anyarch.oci.Listing;
import org.anyarch.twins.TwinStore;

/// Compares what the store keeps with the digests that were noted when it was kept, to the byte.
/// Builds may use the store meanwhile.
public final class CacheCheck {
  private final Store store;
  private final Xattrs xattrs;

  public CacheCheck(Store store, Xattrs xattrs) {
    this.store = store;
    this.xattrs = xattrs;
  }

  /// What is wrong with an item, in words; empty if nothing is, or if it is not there any more.
  /// What is in cache mounts nobody but their steps can judge.
  public Optional<String> fault(CacheContent.Item item) throws IOException, InterruptedException {
    return switch (item.kind()) {
      case MOUNT -> Optional.empty();
      case CONTEXT -> context(item.path());
      case TWIN ->
          !Files.exists(item.path(), LinkOption.NOFOLLOW_LINKS)
                  || new TwinStore(store.twins()).isUnaltered(item.path())
              ? Optional.empty()
              : Optional.of("it is not what it was");
      case IMAGE ->
          !Files.exists(item.path(), LinkOption.NOFOLLOW_LINKS)
                  || Digest.ofSha256(item.path()).hex().equals(item.path().getFileName().toString())
              ? Optional.empty()
              : Optional.of("it is not what it was");
      case STEP, LAYER -> {
        // What is used is not removed while it is read.
        String lock = CacheContent.lockName(item.kind(), item.path());
        store.locks().use(lock);
        try {
          yield Files.exists(item.path(), LinkOption.NOFOLLOW_LINKS)
              ? files(item)
              : Optional.empty();
        } finally {
          store.locks().release(lock);
        }
      }
    };
  }

  private static Optional<String> context(Path file) throws IOException {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
            && FileDigests.parse(Files.readAllBytes(file)).isPresent()
        ? Optional.empty()
        : Optional.of("it is torn or foreign");
  }

  private Optional<String> files(CacheContent.Item item) throws IOException {
    boolean step = item.kind() == CacheContent.Kind.STEP;
    Path entry = step ? item.path().resolve(StepCache.ENTRY) : Store.layerEntry(item.path());
    Path folder = step ? item.path().resolve(StepCache.FILES) : item.path();
    Optional<EntryFile> read = EntryFile.read(entry, step ? StepCache.STEP : Store.LAYER);
    Optional<Seal> seal = read.flatMap(Seal::of);
    if (seal.isEmpty()) {
      return Optional.of("its description is missing, torn, foreign or another version's");
    }
    if (!seal.get().isWhole(folder, xattrs)) {
      return Optional.of("its files are not what they were");
    }
    return step ? packed(item.path()) : Optional.empty();
  }

  private static Optional<String> packed(Path step) throws IOException {
    for (Path entry : Listing.of(step, "packed-*")) {
      Optional<EntryFile> read = EntryFile.read(entry, StepCache.PACKED);
      if (read.isEmpty()) {
        return Optional.of("what is noted of its layer is torn or foreign");
      }
      String epoch = entry.getFileName().toString().substring("packed-".length());
      Path blob = step.resolve("blob-" + epoch);
      boolean empty = read.get().value("stamp").equals("none");
      if (!empty && !digest(blob).equals(read.get().value("digest"))) {
        return Optional.of("its layer is not what it was");
      }
    }
    return Optional.empty();
  }

  private static String digest(Path blob) throws IOException {
    if (!Files.isRegularFile(blob, LinkOption.NOFOLLOW_LINKS)) {
      return "absent";
    }
    return Digest.ofSha256(blob).toString();
  }
}
