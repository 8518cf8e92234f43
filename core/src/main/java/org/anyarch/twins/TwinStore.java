package org.anyarch.twins;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.anyarch.oci.Listing;

/// Packages that twins come from, kept from build to build. Each has a name that says what it was
/// made of (a digest), so it is never altered: it appears as a whole, by a rename, and whoever uses
/// a file of it links it.
///
/// - `packages/NAME/` [TwinPackage]
/// - `indexes/NAME` what an archive has
public final class TwinStore {
  /// Nobody is filling a folder for so long.
  private static final Duration OLD = Duration.ofDays(1);

  private final Path packages;
  private final Path indexes;

  /// @param folder made if it is not there
  public TwinStore(Path folder) throws IOException {
    this.packages = Files.createDirectories(folder.resolve("packages"));
    this.indexes = Files.createDirectories(folder.resolve("indexes"));
  }

  /// What makes a package or an index.
  interface Maker {
    void make(Path place) throws IOException, InterruptedException;
  }

  /// The package, if it is there; it counts as used now.
  Optional<TwinPackage> find(String name) throws IOException {
    return used(packages.resolve(name)).map(TwinPackage::new);
  }

  /// @param maker is given an empty folder
  TwinPackage make(String name, Maker maker) throws IOException, InterruptedException {
    Path fresh = fresh(packages, name);
    Files.createDirectory(fresh);
    return new TwinPackage(appear(fresh, packages.resolve(name), maker));
  }

  Optional<Path> index(String name) throws IOException {
    return used(indexes.resolve(name));
  }

  /// @param maker is given the path of a file to be written
  Path makeIndex(String name, Maker maker) throws IOException, InterruptedException {
    return appear(fresh(indexes, name), indexes.resolve(name), maker);
  }

  private static Optional<Path> used(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    Files.setLastModifiedTime(path, FileTime.from(Instant.now()));
    return Optional.of(path);
  }

  private static Path fresh(Path folder, String name) {
    return folder.resolve("." + name + "-" + UUID.randomUUID());
  }

  private static Path appear(Path fresh, Path target, Maker maker)
      throws IOException, InterruptedException {
    removeOld(target.resolveSibling("."));
    try {
      maker.make(fresh);
      Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      if (!Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
        throw e;
      }
      // Another build was faster; what it made is the same.
      return target;
    } finally {
      delete(fresh);
    }
    return target;
  }

  /// What a build that was killed has left.
  private static void removeOld(Path folder) throws IOException {
    Instant old = Instant.now().minus(OLD);
    for (Path left : Listing.of(folder, ".*")) {
      if (Files.getLastModifiedTime(left).toInstant().isBefore(old)) {
        delete(left);
      }
    }
  }

  private static void delete(Path tree) throws IOException {
    if (Files.isDirectory(tree, LinkOption.NOFOLLOW_LINKS)) {
      for (Path one : Listing.of(tree)) {
        delete(one);
      }
    }
    Files.deleteIfExists(tree);
  }
}
