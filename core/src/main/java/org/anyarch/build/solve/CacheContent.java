package org.anyarch.build.solve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.anyarch.oci.Listing;
import org.anyarch.twins.TwinStore;

/// What the store keeps from build to build, listed and removed. Nothing that a build or run uses
/// is removed, whatever else uses the store meanwhile.
public final class CacheContent {
  /// What an item is.
  public enum Kind {
    STEP,
    LAYER,
    /// A folder of RUN --mount=type=cache.
    MOUNT,
    CONTEXT,
    /// A package that native twins come from, or a list of such.
    TWIN,
    /// A part of an image that was pulled from a registry.
    IMAGE;

    /// As people read it.
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// @param bytes what it takes on the disk, about
  /// @param inUse whether somebody uses it now
  public record Item(
      Kind kind, Path path, long bytes, Instant lastUsed, boolean inUse, String what) {}

  private final Store store;
  private final Duration patience;
  private final AtomicInteger next = new AtomicInteger();

  /// @param patience how long a cache mount's size counts that was measured before the mount was
  ///   used again; measuring means to look at every file in it
  public CacheContent(Store store, Duration patience) {
    this.store = store;
    this.patience = patience;
  }

  /// Everything that is kept, the least recently used first.
  public List<Item> items() throws IOException {
    List<Item> items = new ArrayList<>();
    for (Path step : list(Store.STEPS)) {
      add(items, () -> step(step));
    }
    for (Path layer : list(Store.LAYERS)) {
      if (Files.isDirectory(layer, LinkOption.NOFOLLOW_LINKS)) {
        add(items, () -> layer(layer));
      }
    }
    for (Path cache : list(Store.MOUNTS)) {
      for (Path folder : folders(cache)) {
        add(items, () -> mount(folder));
      }
    }
    for (Path context : list(Store.CONTEXTS)) {
      add(
          items,
          () ->
              new Item(
                  Kind.CONTEXT,
                  context,
                  Files.size(context),
                  Files.getLastModifiedTime(context, LinkOption.NOFOLLOW_LINKS).toInstant(),
                  false,
                  "digests of a context's files"));
    }
    for (TwinStore.Kept kept : new TwinStore(store.twins()).all()) {
      items.add(
          new Item(Kind.TWIN, kept.path(), kept.bytes(), kept.lastUsed(), false, kept.what()));
    }
    for (Path blob : imageParts()) {
      add(
          items,
          () ->
              new Item(
                  Kind.IMAGE,
                  blob,
                  Files.size(blob),
                  Files.getLastModifiedTime(blob, LinkOption.NOFOLLOW_LINKS).toInstant(),
                  false,
                  "part of an image of a registry"));
    }
    items.sort(Comparator.comparing(Item::lastUsed));
    return items;
  }

  private interface Look {
    Item at() throws IOException;
  }

  private static void add(List<Item> items, Look look) throws IOException {
    try {
      items.add(look.at());
    } catch (NoSuchFileException e) {
      // Removed since it was listed.
      return;
    }
  }

  private List<Path> list(String folder) throws IOException {
    return Listing.of(store.home().resolve(folder));
  }

  private List<Path> imageParts() throws IOException {
    Path blobs = store.images().resolve("blobs/sha256");
    return Files.isDirectory(blobs) ? Listing.of(blobs, "[!.]*") : List.of();
  }

  private static List<Path> folders(Path cache) throws IOException {
    List<Path> folders = new ArrayList<>();
    if (!Files.isDirectory(cache, LinkOption.NOFOLLOW_LINKS)) {
      return folders;
    }
    for (Path one : Listing.of(cache)) {
      if (Files.isDirectory(one, LinkOption.NOFOLLOW_LINKS)) {
        folders.add(one);
      }
    }
    return folders;
  }

  private Item mount(Path folder) throws IOException {
    MountEntry entry = MountEntry.of(folder);
    Optional<FolderLock.Held> unused = CacheFolders.tryRemoval(folder);
    boolean inUse = unused.isEmpty();
    boolean old = entry.isOld(patience);
    if (old) {
      entry = entry.measured(TreeSize.of(folder).bytes());
    }
    if (unused.isPresent()) {
      try (FolderLock.Held _ = unused.get()) {
        if (old) {
          entry.write(folder);
        }
      }
    }
    return new Item(Kind.MOUNT, folder, entry.bytes(), entry.lastUsed(), inUse, entry.what());
  }

  private Item step(Path step) throws IOException {
    Path entry = step.resolve(StepCache.ENTRY);
    Optional<EntryFile> read = EntryFile.read(entry, StepCache.STEP);
    if (read.isEmpty()) {
      return damaged(Kind.STEP, step);
    }
    long bytes = read.get().number("bytes").orElse(0L);
    for (Path blob : Listing.of(step, "blob-*")) {
      bytes += Files.size(blob);
    }
    String key = read.get().value("key");
    return new Item(
        Kind.STEP,
        step,
        bytes,
        Files.getLastModifiedTime(entry).toInstant(),
        inUse(key),
        read.get().value("what"));
  }

  private Item layer(Path layer) throws IOException {
    Path entry = Store.layerEntry(layer);
    Optional<EntryFile> read = EntryFile.read(entry, Store.LAYER);
    if (read.isEmpty()) {
      return damaged(Kind.LAYER, layer);
    }
    return new Item(
        Kind.LAYER,
        layer,
        read.get().number("bytes").orElse(0L),
        Files.getLastModifiedTime(entry).toInstant(),
        inUse(layer.getFileName().toString()),
        read.get().value("what"));
  }

  /// What lacks its entry, or has one that is not ours: an older anyarch's, or broken.
  private Item damaged(Kind kind, Path folder) throws IOException {
    return new Item(
        kind,
        folder,
        TreeSize.of(folder).bytes(),
        Files.getLastModifiedTime(folder, LinkOption.NOFOLLOW_LINKS).toInstant(),
        inUse(lockName(kind, folder)),
        "without description");
  }

  /// A step's lock has the name of its key, a layer's that of its folder.
  static String lockName(Kind kind, Path folder) {
    String name = folder.getFileName().toString();
    int dash = name.lastIndexOf('-');
    return kind == Kind.STEP && dash > 0 ? name.substring(0, dash) : name;
  }

  private boolean inUse(String lock) throws IOException {
    return isTaken(store.locks().tryRemoval(lock).map(held -> held::close));
  }

  private static boolean isTaken(Optional<FolderLock.Held> unused) throws IOException {
    if (unused.isPresent()) {
      unused.get().close();
    }
    return unused.isEmpty();
  }

  /// Removes an item, unless somebody uses it.
  ///
  /// @return whether it is gone
  public boolean remove(Item item) throws IOException {
    if (item.kind() == Kind.TWIN) {
      return new TwinStore(store.twins()).remove(item.path());
    }
    // Builds that still want such a part of an image get it again.
    if (item.kind() == Kind.CONTEXT || item.kind() == Kind.IMAGE) {
      boolean there = Files.exists(item.path(), LinkOption.NOFOLLOW_LINKS);
      Trees.delete(item.path());
      return there;
    }
    Optional<FolderLock.Held> unused =
        item.kind() == Kind.MOUNT
            ? CacheFolders.tryRemoval(item.path())
            : store.locks().tryRemoval(lockName(item.kind(), item.path())).map(held -> held::close);
    if (unused.isEmpty()) {
      return false;
    }
    Path aside = store.workFolder("removed").resolve(String.valueOf(next.incrementAndGet()));
    try (FolderLock.Held _ = unused.get()) {
      // Gone for all others at once; the rest takes its time in our work folder.
      Files.move(item.path(), aside, StandardCopyOption.ATOMIC_MOVE);
      if (item.kind() == Kind.LAYER) {
        Files.deleteIfExists(Store.layerEntry(item.path()));
      }
      if (item.kind() == Kind.MOUNT) {
        Files.deleteIfExists(CacheFolders.entry(item.path()));
      }
    } catch (NoSuchFileException e) {
      // Another one removes too.
      return false;
    }
    Trees.delete(aside);
    return true;
  }

  /// What has to go, the least recently used first, so that no more than `limit` bytes are kept.
  public static List<Item> beyond(List<Item> oldestFirst, long limit) {
    long total = oldestFirst.stream().mapToLong(Item::bytes).sum();
    List<Item> beyond = new ArrayList<>();
    for (Item item : oldestFirst) {
      if (total <= limit) {
        break;
      }
      if (!item.inUse()) {
        beyond.add(item);
        total -= item.bytes();
      }
    }
    return beyond;
  }
}
