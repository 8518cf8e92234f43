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

/// The folders of `--mount=type=cache`: `mounts/HASH/N/`, each with a lock `mounts/HASH/N.lock`.
/// All but private users have number 0.
final class CacheFolders {
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
  Used use(String key, Mount.Sharing sharing, Filling filling)
      throws IOException, InterruptedException {
    String name = Digest.ofSha256(key.getBytes(StandardCharsets.UTF_8)).hex();
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
      return new Used(filled(all.resolve(String.valueOf(number)), filling), held);
    } catch (IOException | RuntimeException e) {
      held.close();
      throw e;
    }
  }

  private FolderLock lock(Path all, int number) {
    return locks.computeIfAbsent(all.resolve(number + ".lock"), FolderLock::new);
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
