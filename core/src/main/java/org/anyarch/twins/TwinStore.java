package org.anyarch.twins;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.anyarch.oci.Digest;
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

  /// The package, if it is there and complete; it counts as used now.
  Optional<TwinPackage> find(String name) throws IOException {
    Path folder = packages.resolve(name);
    if (!isUsed(folder)) {
      return Optional.empty();
    }
    TwinPackage found = new TwinPackage(folder);
    try {
      if (found.isComplete()) {
        return Optional.of(found);
      }
    } catch (NoSuchFileException e) {
      // Another build has just removed it.
      return Optional.empty();
    }
    remove(folder);
    return Optional.empty();
  }

  /// @param maker is given an empty folder
  TwinPackage make(String name, Maker maker) throws IOException, InterruptedException {
    Path fresh = fresh(packages, name);
    Files.createDirectory(fresh);
    return new TwinPackage(appear(fresh, packages.resolve(name), maker));
  }

  /// The text of an index, if it is there and what it was; it counts as used now.
  Optional<String> index(String name) throws IOException {
    Path file = indexes.resolve(name);
    if (!isUsed(file)) {
      return Optional.empty();
    }
    Optional<String> text;
    try {
      text = text(file);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    if (text.isEmpty()) {
      remove(file);
    }
    return text;
  }

  void keepIndex(String name, String text) throws IOException, InterruptedException {
    appear(
        fresh(indexes, name),
        indexes.resolve(name),
        place -> Files.writeString(place, sum(text) + "\n" + text, StandardCharsets.ISO_8859_1));
  }

  private static Optional<String> text(Path index) throws IOException {
    String all = Files.readString(index, StandardCharsets.ISO_8859_1);
    String text = all.substring(all.indexOf('\n') + 1);
    return all.startsWith(sum(text) + "\n") ? Optional.of(text) : Optional.empty();
  }

  private static String sum(String text) {
    return Digest.ofSha256(text.getBytes(StandardCharsets.ISO_8859_1)).toString();
  }

  /// Something that is kept.
  ///
  /// @param bytes it takes
  public record Kept(Path path, String what, long bytes, Instant lastUsed) {}

  /// Everything that is kept.
  public List<Kept> all() throws IOException {
    List<Kept> all = new ArrayList<>();
    for (Path path : Listing.of(packages, "[!.]*")) {
      TwinPackage one = new TwinPackage(path);
      add(all, path, () -> "native twins: " + one.what(), one::bytes);
    }
    for (Path path : Listing.of(indexes, "[!.]*")) {
      add(
          all,
          path,
          () -> "which packages an archive has for this machine",
          () -> Files.size(path));
    }
    return all;
  }

  private interface Look<T> {
    T at() throws IOException;
  }

  private static void add(List<Kept> all, Path path, Look<String> what, Look<Long> bytes)
      throws IOException {
    try {
      all.add(
          new Kept(
              path,
              what.at(),
              bytes.at(),
              Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS).toInstant()));
    } catch (NoSuchFileException e) {
      // Removed since it was listed.
      return;
    }
  }

  /// Whether something that is kept is what it was, to the byte, or is not there any more.
  public boolean isUnaltered(Path kept) throws IOException {
    try {
      return packages.equals(kept.getParent())
          ? new TwinPackage(kept).isUnaltered() || isGone(kept)
          : Files.isRegularFile(kept, LinkOption.NOFOLLOW_LINKS)
              ? text(kept).isPresent()
              : isGone(kept);
    } catch (NoSuchFileException e) {
      // It, or a file in it.
      return isGone(kept);
    }
  }

  private static boolean isGone(Path kept) {
    return !Files.exists(kept, LinkOption.NOFOLLOW_LINKS);
  }

  /// Removes something that is kept. Builds that use it have links of their own to its files.
  ///
  /// @return whether it was there
  public boolean remove(Path kept) throws IOException {
    Path gone = fresh(kept.resolveSibling("."), "gone").normalize();
    try {
      Files.move(kept, gone, StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException e) {
      return false;
    }
    delete(gone);
    return true;
  }

  private static boolean isUsed(Path path) throws IOException {
    try {
      Files.setLastModifiedTime(path, FileTime.from(Instant.now()));
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
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
      if (isOlder(left, old)) {
        delete(left);
      }
    }
  }

  /// Not if another build has just removed it.
  private static boolean isOlder(Path file, Instant time) throws IOException {
    try {
      return Files.getLastModifiedTime(file).toInstant().isBefore(time);
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private static void delete(Path tree) throws IOException {
    try {
      if (Files.isDirectory(tree, LinkOption.NOFOLLOW_LINKS)) {
        for (Path one : Listing.of(tree)) {
          delete(one);
        }
      }
      Files.deleteIfExists(tree);
    } catch (NoSuchFileException e) {
      // Another build removes it too.
      return;
    }
  }
}
