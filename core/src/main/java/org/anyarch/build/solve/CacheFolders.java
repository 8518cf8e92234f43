package org.anyarch.build.solve;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.anyarch.build.containerfile.Mount;
import org.anyarch.oci.Digest;

/// The folders of `--mount=type=cache`: `mounts/HASH/N/`, each with a lock `mounts/HASH/N.lock` and
/// an entry `mounts/HASH/N.entry` that is as old as its last use. All but private users have number
/// 0. Locks stay where they are when their folders are removed: somebody may be waiting for them.
final class CacheFolders {
  static final String MOUNT = "anyarch mount 1";
  private static final String LOCK = ".lock";

  private final Store store;
  private final ConcurrentMap<Path, FolderLock> locks = new ConcurrentHashMap<>();
  private final AtomicInteger next = new AtomicInteger();

  CacheFolders(Store store) {
    this.store = store;
  }

  /// Fills a new folder.
  interface Filling {
    void fill(Path empty) throws IOException;
  }

  /// A folder that is in use until it is closed.
  record Used(Path folder, FolderLock.Held lock) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      lock.close();
    }
  }

  /// Waits for the cache known by `key`, which is filled if it is new.
  ///
  /// @param description what it is, for people
  Used use(String key, String description, Mount.Sharing sharing, Filling filling)
      throws IOException, InterruptedException {
    // Owners on the disk are those of the session's id map.
    String name = Digest.ofSha256((key + " " + store.ids()).getBytes(StandardCharsets.UTF_8)).hex();
    Path all = Files.createDirectories(store.cacheMounts().resolve(name));
    int number = 0;
    FolderLock.Held held =
        switch (sharing) {
          case SHARED -> lock(all, 0).take(false);
          case LOCKED -> lock(all, 0).take(true);
          case PRIVATE -> {
            Optional<FolderLock.Held> free = lock(all, number).takeIfFree();
            while (free.isEmpty()) {
              number++;
              free = lock(all, number).takeIfFree();
            }
            yield free.get();
          }
        };
    try {
      Path folder = filled(all.resolve(String.valueOf(number)), filling);
      MountEntry.of(folder).used(description).write(folder);
      return new Used(folder, held);
    } catch (IOException | RuntimeException e) {
      held.close();
      throw e;
    }
  }

  private FolderLock lock(Path all, int number) {
    return locks.computeIfAbsent(all.resolve(number + LOCK), FolderLock::new);
  }

  static Path entry(Path folder) {
    return folder.resolveSibling(folder.getFileName() + ".entry");
  }

  /// The right to remove a folder of a cache; empty while anybody uses it. Not for a process that
  /// has caches in use itself.
  static Optional<FolderLock.Held> tryRemoval(Path folder) throws IOException {
    return new FolderLock(folder.resolveSibling(folder.getFileName() + LOCK)).takeIfFree();
  }

  /// Complete as soon as it is there; of several who fill one at once, the first one's stays.
  private Path filled(Path folder, Filling filling) throws IOException {
    if (!Files.isDirectory(folder)) {
      Path fresh = store.workFolder("mount-" + next.incrementAndGet());
      filling.fill(fresh);
      try {
        Files.move(fresh, folder);
      } catch (IOException e) {
        if (!Files.isDirectory(folder)) {
          throw e;
        }
        Trees.delete(fresh);
      }
    }
    return folder;
  }
}
