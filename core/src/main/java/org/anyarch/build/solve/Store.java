package org.anyarch.build.solve;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.anyarch.build.BuildException;

/// The folder that builds and runs keep snapshots in, shared by all of a user's sessions.
///
/// - `layers/NAME/` unpacked base layers, complete as soon as they are there, kept for the next
///   build
/// - `mounts/` the folders of RUN's cache mounts
/// - `work/ID/` what one session is working on; `work/ID.lock` is locked while it lives;
///   `work/guard` while one starts
/// - `lock` is held shared by whoever uses a layer, exclusively by whoever removes layers
///
/// A session that was killed leaves a work folder without a lock; the next one removes it.
public final class Store implements AutoCloseable {
  private final Path home;
  private final FileChannel useChannel;
  private final Path work;
  private final FileChannel workChannel;

  private Store(Path home, FileChannel useChannel, Path work, FileChannel workChannel) {
    this.home = home;
    this.useChannel = useChannel;
    this.work = work;
    this.workChannel = workChannel;
  }

  /// Opens the store below `home` for one session, waiting while another process removes layers.
  public static Store open(Path home) throws IOException {
    Files.createDirectories(home.resolve("layers"));
    Path works = Files.createDirectories(home.resolve("work"));
    FileChannel use = channel(home.resolve("lock"));
    try (FileChannel guard = channel(works.resolve("guard"))) {
      use.lock(0, Long.MAX_VALUE, true);
      // Nobody sweeps between the making of our lock file and its being locked.
      guard.lock();
      removeAbandoned(works);
      String id = UUID.randomUUID().toString().substring(0, 8);
      FileChannel own = channel(works.resolve(id + ".lock"));
      own.lock();
      return new Store(home, use, Files.createDirectory(works.resolve(id)), own);
    } catch (IOException | RuntimeException e) {
      use.close();
      throw e;
    }
  }

  /// Removes every kept layer, cache mount and abandoned work folder.
  ///
  /// @throws BuildException if another session is using the store
  public static void prune(Path home) throws IOException, BuildException {
    if (!Files.isDirectory(home.resolve("layers"))) {
      return;
    }
    try (FileChannel use = channel(home.resolve("lock"))) {
      FileLock lock = use.tryLock();
      if (lock == null) {
        throw new BuildException(
            "the store "
                + home
                + " is in use by another anyarch; wait until it has ended and try again");
      }
      try (FileChannel guard = channel(home.resolve("work").resolve("guard"))) {
        guard.lock();
        removeAbandoned(home.resolve("work"));
      }
      try (DirectoryStream<Path> layers = Files.newDirectoryStream(home.resolve("layers"))) {
        for (Path layer : layers) {
          Trees.delete(layer);
        }
      }
      Trees.delete(home.resolve("mounts"));
    }
  }

  private static FileChannel channel(Path file) throws IOException {
    return FileChannel.open(
        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  private static void removeAbandoned(Path works) throws IOException {
    try (DirectoryStream<Path> locks = Files.newDirectoryStream(works, "*.lock")) {
      for (Path lock : locks) {
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE)) {
          if (channel.tryLock() == null) {
            continue;
          }
          String name = lock.getFileName().toString();
          Trees.delete(works.resolve(name.substring(0, name.length() - ".lock".length())));
          Files.deleteIfExists(lock);
        } catch (OverlappingFileLockException theirs) {
          // Another store of this very process holds it.
        }
      }
    }
  }

  /// The folder that it is in.
  public Path home() {
    return home;
  }

  /// Where cache mounts are.
  Path cacheMounts() {
    return home.resolve("mounts");
  }

  /// An empty folder of this session, on the same file system as the layers.
  public Path workFolder(String name) throws IOException {
    return Files.createDirectories(work.resolve(name));
  }

  /// Where the unpacked layer of this name is, if it is kept.
  public Path layer(String name) {
    return home.resolve("layers").resolve(name);
  }

  /// Keeps a complete folder of this session as layer `name`. A session that kept the same one
  /// first wins; what it has is equal.
  public Path keep(Path folder, String name) throws IOException {
    Path target = layer(name);
    if (!Files.isDirectory(target)) {
      try {
        Files.move(folder, target, StandardCopyOption.ATOMIC_MOVE);
        return target;
      } catch (IOException e) {
        if (!Files.isDirectory(target)) {
          throw e;
        }
      }
    }
    Trees.delete(folder);
    return target;
  }

  /// Removes this session's work folder and lets go of the store.
  @Override
  public void close() throws IOException {
    try (useChannel;
        workChannel) {
      Trees.delete(work);
      Files.deleteIfExists(work.resolveSibling(work.getFileName() + ".lock"));
    }
  }
}
