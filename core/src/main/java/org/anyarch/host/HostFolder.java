package org.anyarch.host;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.anyarch.kernel.Failures;
import org.anyarch.platform.Guest;

/// The folder of the host that keeps emulators, state and lock.
///
/// @param path as the host calls it; entries show paths below it
/// @param here where it is from here
public record HostFolder(String path, Path here) {
  public static final String USUAL = "/var/lib/anyarch";

  private static final String EMULATORS = "emulators";

  /// Bottlerocket's data partition shows at all three; which is writable depends on the container.
  private static final List<String> USUAL_ONES = List.of(USUAL, "/opt/anyarch", "/mnt/anyarch");

  /// The first folder that can be written and whose programs can be executed; made if necessary.
  ///
  /// @param wanted the host's path of the one to use
  /// @throws HostException if there is none; says of each why not
  static HostFolder choose(Standpoint standpoint, Optional<String> wanted) throws HostException {
    HostView view = standpoint.view();
    List<String> objections = new ArrayList<>();
    for (String path : wanted.map(List::of).orElse(USUAL_ONES)) {
      try {
        Path here = Vanishing.outlast(() -> Optional.of(made(view.path(path))));
        if (executable(view, path, here)) {
          return new HostFolder(path, here);
        }
        objections.add(path + " is on a file system mounted noexec");
      } catch (IOException e) {
        objections.add(path + " cannot be used: " + Failures.describe(e));
      }
    }
    throw none(objections);
  }

  /// Tried by a file whose name nobody else has, also no process of another container.
  private static Path made(Path here) throws IOException {
    Files.createDirectories(here.resolve(EMULATORS));
    Files.deleteIfExists(Files.createTempFile(here, ".try-", ""));
    return here;
  }

  /// What [#choose] would come to, as far as can be told without writing.
  ///
  /// @throws HostException if there is none; says of each why not
  static HostFolder foresee(Standpoint standpoint, Optional<String> wanted)
      throws HostException, IOException {
    HostView view = standpoint.view();
    List<String> objections = new ArrayList<>();
    for (String path : wanted.map(List::of).orElse(USUAL_ONES)) {
      Path here = view.path(path);
      Path above = nearest(here);
      if (!Files.isDirectory(above) || !Files.isWritable(above)) {
        objections.add(path + " cannot be used: " + above + " is no folder that can be written");
      } else if (!executable(view, path, here)) {
        objections.add(path + " is on a file system mounted noexec");
      } else {
        return new HostFolder(path, here);
      }
    }
    throw none(objections);
  }

  private static HostException none(List<String> objections) {
    return HostException.failed(
        "no folder of the host for emulators: "
            + String.join("; ", objections)
            + "; name one with --folder that is writable and not mounted noexec");
  }

  /// The file system that a path is or would be on.
  static FileStore store(Path path) throws IOException {
    return Files.getFileStore(nearest(path));
  }

  /// The path itself or the nearest folder above it that is there.
  private static Path nearest(Path path) {
    Path above = path;
    while (!Files.exists(above) && above.getParent() != null) {
      above = above.getParent();
    }
    return above;
  }

  /// The one that is there, if any; changes nothing.
  static Optional<HostFolder> existing(Standpoint standpoint, Optional<String> wanted)
      throws IOException {
    for (String path : wanted.map(List::of).orElse(USUAL_ONES)) {
      Path here = standpoint.view().path(path);
      if (Files.isDirectory(here.resolve(EMULATORS))) {
        return Optional.of(new HostFolder(path, here));
      }
    }
    return Optional.empty();
  }

  private static boolean executable(HostView view, String path, Path here) throws IOException {
    String seen = view instanceof HostView.MountNamespaceOf ? path : here.toString();
    return MountTable.read(view.mountTable()).of(seen).filter(m -> m.has("noexec")).isEmpty();
  }

  /// @param digest hexadecimal, of the emulator's content
  String emulator(Guest guest, String version, String digest) {
    String plain = version.replaceAll("[^A-Za-z0-9.+~]", "_");
    return path
        + "/"
        + EMULATORS
        + "/qemu-"
        + guest.qemu()
        + "-"
        + plain
        + "-"
        + digest.substring(0, 12);
  }

  /// Where a path of the host below this folder is from here.
  Path local(String hostPath) {
    return here.resolve(Path.of(path).relativize(Path.of(hostPath)));
  }

  /// What a run that was killed left: programs it tried, half a file.
  void removeTrials() throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(here, ".{try,partial}-*")) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    }
  }

  /// Removes what is left when nobody has a lease or an emulator there any more. To be called with
  /// the lock held; who waits for it makes the folder anew. What somebody has mounted or linked is
  /// theirs, and stays.
  ///
  /// @param whole whether the folder goes too, because nobody but anyarch chose it
  void removeIfUnused(State state, HostView view, boolean whole) throws IOException {
    if (!state.leases().isEmpty()
        || Files.isSymbolicLink(view.link(path))
        || Files.isSymbolicLink(emulators())
        || !removed(emulators())) {
      return;
    }
    Files.deleteIfExists(state());
    Files.deleteIfExists(lock());
    if (whole) {
      boolean _ = removed(here);
    }
  }

  /// Whether the folder is gone; not if something is in it or mounted on it.
  private static boolean removed(Path folder) throws IOException {
    try {
      Files.delete(folder);
      return true;
    } catch (DirectoryNotEmptyException used) {
      return false;
    } catch (FileSystemException e) {
      if ("Device or resource busy".equals(e.getReason())) {
        return false;
      }
      throw e;
    }
  }

  Path emulators() {
    return here.resolve(EMULATORS);
  }

  Path state() {
    return here.resolve("state.json");
  }

  Path lock() {
    return here.resolve("lock");
  }

  static void readableByAll(Path file, boolean program) throws IOException {
    Files.setPosixFilePermissions(
        file, PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
  }
}
