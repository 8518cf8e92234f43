package org.anyarch.build.solve;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Predicate;
import org.anyarch.kernel.FileNodes;
import org.anyarch.kernel.Kernel;

/// Copies files and folders into a root, with the owner and mode that COPY asks for. Contents,
/// modes, times, file capabilities and user attributes come along; owners do not.
///
/// @param kernel for what java.nio.file cannot copy
/// @param uid owner of what is made
/// @param gid group of what is made
/// @param mode permission bits of what is made, or empty to keep the source's
/// @param excluded tells of a source path whether it stays behind
record TreeCopy(Kernel kernel, int uid, int gid, OptionalInt mode, Predicate<Path> excluded) {
  /// Copies what is in `source` into the folder `target`, which is there.
  void contents(Path source, Path target) throws IOException {
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(source)) {
      stream.forEach(entries::add);
    }
    entries.sort(Comparator.comparing(p -> p.getFileName().toString()));
    for (Path entry : entries) {
      if (!excluded.test(entry)) {
        one(entry, target.resolve(entry.getFileName().toString()));
      }
    }
  }

  /// Copies `source`, whatever it is, to the path `target`, whose parent is there.
  void one(Path source, Path target) throws IOException {
    Stat stat = Stat.of(source);
    if (stat.isFolder()) {
      folder(source, target, stat);
      return;
    }
    if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException(
          "cannot put "
              + source.getFileName()
              + " over the folder of that name; remove the folder in an earlier step");
    }
    Files.deleteIfExists(target);
    if (stat.isLink()) {
      Files.createSymbolicLink(target, Files.readSymbolicLink(source));
      own(target);
    } else if (stat.isFile()) {
      Files.copy(source, target, StandardCopyOption.REPLACE_EXISTING);
      own(target);
      attributes(source, target);
      chmod(target, stat);
    } else if (stat.isFifo()) {
      kernel.nodes().make(target, FileNodes.Kind.FIFO, mode.orElse(stat.permissions()), 0, 0);
      own(target);
    } else {
      throw new IOException(
          source
              + " is a device or a socket, which cannot be copied; leave it out with .dockerignore");
    }
    time(target, stat);
  }

  private void folder(Path source, Path target, Stat stat) throws IOException {
    boolean made = false;
    // A link to a folder counts as that folder, as it does for tar and for the Containerfile
    // language.
    if (!Files.isDirectory(target)) {
      if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
        throw new IOException(
            "cannot put the folder "
                + source.getFileName()
                + " over a file of that name; remove the file in an earlier step");
      }
      Files.createDirectory(target);
      own(target);
      attributes(source, target);
      chmod(target, stat);
      made = true;
    }
    contents(source, target);
    if (made) {
      time(target, stat);
    }
  }

  /// Makes `folder` below `root` with all parents that are missing, as the copy's owner with mode
  /// 0755.
  void makeFolders(Path root, Path folder) throws IOException {
    if (folder.equals(root) || Files.isDirectory(folder)) {
      return;
    }
    makeFolders(root, folder.resolveSibling(".").normalize());
    Files.createDirectory(folder);
    own(folder);
    Files.setAttribute(folder, "unix:mode", 0755);
  }

  private void own(Path target) throws IOException {
    try {
      Files.setAttribute(target, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
      Files.setAttribute(target, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      throw new IOException(
          "cannot give "
              + target.getFileName()
              + " to "
              + uid
              + ":"
              + gid
              + ": this session has no such id; see /etc/subuid and /etc/subgid",
          e);
    }
  }

  /// After the owner, since a change of owner clears setuid and setgid.
  private void chmod(Path target, Stat source) throws IOException {
    Files.setAttribute(target, "unix:mode", mode.orElse(source.permissions()));
  }

  /// What belongs to the file itself; labels of the host's security modules do not.
  private void attributes(Path source, Path target) throws IOException {
    for (String name : kernel.xattrs().list(source)) {
      if (name.equals("security.capability")
          || (name.startsWith("user.") && !name.startsWith("user.overlay."))) {
        kernel.xattrs().set(target, name, kernel.xattrs().value(source, name));
      }
    }
  }

  private void time(Path target, Stat source) throws IOException {
    Instant time = source.modified();
    kernel.nodes().touch(target, time.getEpochSecond(), time.getNano());
  }
}
