package org.anyarch.build.solve;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.anyarch.kernel.FileNodes;
import org.anyarch.kernel.Kernel;

/// Copies files and folders into a root, with the owner and mode that COPY asks for. Contents,
/// modes, times, hard links among what is copied, file capabilities, access lists and user
/// attributes come along; owners do not.
///
/// Below the paths it is given, no symbolic link is ever followed: those of the source are copied,
/// and one in the way in the target is an error, as it is for BuildKit. What leads to those paths
/// the caller has resolved inside their roots.
final class TreeCopy {
  private static final LinkOption SELF = LinkOption.NOFOLLOW_LINKS;

  /// What bytes that are no UTF-8 are decoded to.
  private static final char REPLACEMENT = '\uFFFD';

  private record Inode(Object device, Object number) {}

  private final Kernel kernel;
  private final int uid;
  private final int gid;
  private final OptionalInt mode;
  private final Predicate<Path> hidden;
  private final Consumer<String> warnings;
  private final Map<Inode, Path> linked = new HashMap<>();
  private final Map<Path, Inode> made = new HashMap<>();

  /// @param kernel for what java.nio.file cannot copy
  /// @param uid owner of what is made
  /// @param gid group of what is made
  /// @param mode permission bits of what is made, or empty to keep the source's
  /// @param hidden tells of a source path whether it stays behind
  /// @param warnings told what was left out, one line each
  TreeCopy(
      Kernel kernel,
      int uid,
      int gid,
      OptionalInt mode,
      Predicate<Path> hidden,
      Consumer<String> warnings) {
    this.kernel = kernel;
    this.uid = uid;
    this.gid = gid;
    this.mode = mode;
    this.hidden = hidden;
    this.warnings = warnings;
  }

  int uid() {
    return uid;
  }

  int gid() {
    return gid;
  }

  /// Copies what is in the folder `source` into the folder `target`, which is there and keeps what
  /// it is.
  void contents(Path source, Path target) throws IOException {
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(source)) {
      stream.forEach(entries::add);
    }
    entries.sort(Comparator.comparing(p -> p.getFileName().toString()));
    for (Path entry : entries) {
      if (!hidden.test(entry)) {
        one(entry, target.resolve(entry.getFileName().toString()));
      }
    }
  }

  /// Copies `source`, whatever it is, to the path `target`, whose parent is there.
  void one(Path source, Path target) throws IOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new ClosedByInterruptException();
    }
    if (source.getFileName().toString().indexOf(REPLACEMENT) >= 0) {
      throw new IOException(
          "the name " + source.getFileName() + " is not UTF-8; rename the file, or leave it out");
    }
    Stat stat = Stat.of(source);
    if (stat.isFolder()) {
      folder(source, target, stat);
      return;
    }
    if (stat.isSocket()) {
      warnings.accept("left out the socket " + source.getFileName());
      return;
    }
    if (Files.isDirectory(target, SELF)) {
      throw new IOException(
          "cannot put "
              + source.getFileName()
              + " over the folder of that name; remove the folder in an earlier step");
    }
    Files.deleteIfExists(target);
    Inode replaced = made.remove(target);
    if (replaced != null) {
      linked.remove(replaced);
    }
    if (stat.isFile()) {
      file(source, target, stat);
      return;
    }
    if (stat.isLink()) {
      Files.createSymbolicLink(target, Files.readSymbolicLink(source));
    } else if (stat.isFifo()) {
      kernel.nodes().make(target, FileNodes.Kind.FIFO, mode.orElse(stat.permissions()), 0, 0);
    } else {
      throw new IOException(
          source.getFileName() + " is a device, which cannot be copied; leave it out");
    }
    own(target);
    time(target, stat);
  }

  private void file(Path source, Path target, Stat stat) throws IOException {
    if (stat.links() > 1) {
      Inode inode = new Inode(stat.device(), stat.inode());
      Path first = linked.putIfAbsent(inode, target);
      if (first != null) {
        Files.createLink(target, first);
        return;
      }
      made.put(target, inode);
    }
    Files.copy(source, target, StandardCopyOption.REPLACE_EXISTING, SELF);
    describe(source, target, stat);
  }

  private void folder(Path source, Path target, Stat stat) throws IOException {
    if (!Files.isDirectory(target, SELF)) {
      if (Files.isSymbolicLink(target)) {
        throw new IOException(
            "cannot put the folder "
                + source.getFileName()
                + " over the link of that name to "
                + Files.readSymbolicLink(target)
                + "; copy what is in it to where the link leads");
      }
      if (Files.exists(target, SELF)) {
        throw new IOException(
            "cannot put the folder "
                + source.getFileName()
                + " over the file of that name; remove the file in an earlier step");
      }
      Files.createDirectory(target);
    }
    contents(source, target);
    describe(source, target, stat);
  }

  /// Makes `folder` below `root` with all parents that are missing, as the copy's owner with mode
  /// 0755.
  void makeFolders(Path root, Path folder) throws IOException {
    if (folder.equals(root) || Files.isDirectory(folder, SELF)) {
      return;
    }
    makeFolders(root, folder.resolveSibling(".").normalize());
    if (Files.exists(folder, SELF)) {
      throw new IOException(
          "/" + root.relativize(folder) + " is a file, not a folder; remove it in an earlier step");
    }
    Files.createDirectory(folder);
    own(folder);
    Files.setAttribute(folder, "unix:mode", 0755);
  }

  /// In an order in which no step undoes an earlier one: a change of owner clears setuid bits and
  /// capabilities, an access list changes the mode, everything changes a folder's time.
  private void describe(Path source, Path target, Stat stat) throws IOException {
    own(target);
    attributes(source, target);
    Files.setAttribute(target, "unix:mode", mode.orElse(stat.permissions()), SELF);
    time(target, stat);
  }

  private void own(Path target) throws IOException {
    try {
      Files.setAttribute(target, "unix:uid", uid, SELF);
      Files.setAttribute(target, "unix:gid", gid, SELF);
    } catch (FileSystemException e) {
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

  /// What belongs to the file itself; labels of the host's security modules do not.
  private void attributes(Path source, Path target) throws IOException {
    for (String name : kernel.xattrs().list(source)) {
      if (isCopied(name)) {
        kernel.xattrs().set(target, name, kernel.xattrs().value(source, name));
      }
    }
  }

  /// Whether an extended attribute of this name is copied.
  static boolean isCopied(String name) {
    return name.equals("security.capability")
        || name.startsWith("system.posix_acl_")
        || (name.startsWith("user.") && !name.startsWith("user.overlay."));
  }

  private void time(Path target, Stat source) throws IOException {
    Instant time = source.modified();
    kernel.nodes().touch(target, time.getEpochSecond(), time.getNano());
  }
}
