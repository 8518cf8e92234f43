package org.anyarch.oci;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.anyarch.kernel.Errno;
import org.anyarch.kernel.FileNodes;
import org.anyarch.kernel.KernelException;
import org.anyarch.kernel.NewFiles;
import org.anyarch.kernel.Xattrs;
import org.jspecify.annotations.Nullable;

/// Puts archive entries into the tree below a root folder, and nowhere else: parents are resolved
/// as after chroot(2), and nothing is ever written through a file or link that is there already.
///
/// Folders that change keep their times, and get those of their own entries, with [#finish()].
final class TreeWriter {
  private static final LinkOption SELF = LinkOption.NOFOLLOW_LINKS;
  private static final byte[] NOTHING = {};

  private final Path root;
  private final FileNodes nodes;
  private final NewFiles files;
  private final Xattrs xattrs;
  private final Consumer<String> warnings;
  private final @Nullable Owner owner;
  private final Map<Path, Instant> folderTimes = new LinkedHashMap<>();

  /// What was made here, with the digest of its content: empty for what is no file, and where none
  /// is computed.
  private final Map<Path, byte[]> made = new HashMap<>();

  private final @Nullable MessageDigest digest;
  private final byte[] buffer = new byte[1 << 16];

  /// Where names of folders lead, as long as no link is made and nothing is deleted.
  private final Map<String, Path> located = new HashMap<>();

  /// @param owner of everything made here, whatever the entries say; null for what they say
  TreeWriter(
      Path root, FileNodes nodes, Xattrs xattrs, Consumer<String> warnings, @Nullable Owner owner) {
    this(root, nodes, xattrs, warnings, owner, null);
  }

  /// @param digest of the content of each file made here; null if nobody asks
  TreeWriter(
      Path root,
      FileNodes nodes,
      Xattrs xattrs,
      Consumer<String> warnings,
      @Nullable Owner owner,
      @Nullable MessageDigest digest) {
    this.digest = digest;
    this.root = root;
    this.nodes = nodes;
    this.files = nodes.newFiles();
    this.xattrs = xattrs;
    this.warnings = warnings;
    this.owner = owner;
  }

  /// Where the file of that name below the root is, or would be.
  Path locate(String name) throws IOException {
    int slash = name.lastIndexOf('/');
    String last = name.substring(slash + 1);
    if (slash < 0 || last.isEmpty() || last.equals(".") || last.equals("..")) {
      return RootPath.resolveParent(root, name);
    }
    String folder = name.substring(0, slash);
    Path parent = located.get(folder);
    if (parent == null) {
      parent = RootPath.resolve(root, folder);
      located.put(folder, parent);
    }
    return RootPath.child(parent, last, name);
  }

  boolean isLinkMadeHere(Path path) {
    return made.containsKey(path) && Files.isSymbolicLink(path);
  }

  /// Makes the entry at `path`, in place of what is there.
  ///
  /// @param path as [#locate] gave it
  /// @param link what a hard link's name was located at; `path` for other entries
  void place(TarEntry entry, Path path, Path link, TarReader content) throws IOException {
    if (path.equals(root)) {
      if (entry.type() != TarEntry.Type.FOLDER) {
        throw new OciException("it would replace the root folder by something else.");
      }
    } else {
      makeParents(path, entry.metadata().modified());
    }
    byte[] contents = NOTHING;
    boolean done =
        switch (entry.type()) {
          case FOLDER -> folder(path);
          case FILE -> {
            contents = file(entry, path, content);
            yield true;
          }
          case HARD_LINK -> {
            contents = made.getOrDefault(link, NOTHING);
            yield hardLink(path, link);
          }
          case SYMBOLIC_LINK -> symbolicLink(path, entry.linkName());
          case CHARACTER_DEVICE, BLOCK_DEVICE, FIFO -> node(entry, path);
        };
    if (done) {
      made.put(path, contents);
      switch (entry.type()) {
        // A file was described while it was open.
        case FILE -> {}
        // Its metadata are those of the file it is one more name of.
        case HARD_LINK -> {}
        case FOLDER, SYMBOLIC_LINK, CHARACTER_DEVICE, BLOCK_DEVICE, FIFO -> describe(entry, path);
      }
    }
  }

  /// Deletes what is at `path` and was not made here. A folder that holds something made here
  /// stays, with that.
  ///
  /// @return whether nothing is left
  boolean clear(Path path) throws IOException {
    boolean empty = true;
    if (Files.isDirectory(path, SELF)) {
      for (Path child : Listing.of(path)) {
        empty &= clear(child);
      }
    }
    if (!empty || made.containsKey(path) || path.equals(root)) {
      return false;
    }
    remove(path);
    return true;
  }

  /// Deletes everything in the folder at `path` that was not made here.
  void clearBelow(Path path) throws IOException {
    if (Files.isDirectory(path, SELF)) {
      for (Path child : Listing.of(path)) {
        clear(child);
      }
    }
  }

  /// The digests of the files that were made here and are still there.
  FileContents contents() {
    made.values().removeIf(digest -> digest.length == 0);
    return new FileContents(root, made);
  }

  /// Gives the folders their times, now that nothing changes in them any more.
  void finish() throws IOException {
    for (Map.Entry<Path, Instant> folder : folderTimes.entrySet()) {
      touch(folder.getKey(), folder.getValue());
    }
  }

  private void makeParents(Path path, Instant time) throws IOException {
    Path parent = path.getParent();
    if (parent == null
        || parent.equals(root)
        || folderTimes.containsKey(parent)
        || Files.isDirectory(parent, SELF)) {
      return;
    }
    if (Files.exists(parent, SELF)) {
      throw new OciException(
          Quoted.name(root.relativize(parent).toString()) + " is a file, not a folder.");
    }
    makeParents(parent, time);
    changeIn(parent);
    Files.createDirectory(parent);
    made.put(parent, NOTHING);
    nodes.permit(parent, 0755);
    if (owner != null) {
      own(parent, owner);
    }
    folderTimes.put(parent, time);
  }

  private boolean folder(Path path) throws IOException {
    if (!Files.isDirectory(path, SELF)) {
      delete(path);
      changeIn(path);
      Files.createDirectory(path);
    }
    return true;
  }

  private byte[] file(TarEntry entry, Path path, TarReader content) throws IOException {
    changeIn(path);
    create(path);
    try {
      for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
        files.write(buffer, 0, count);
        if (digest != null) {
          digest.update(buffer, 0, count);
        }
      }
      describeOpen(entry, path);
    } catch (IOException | RuntimeException e) {
      closeAfter(e);
      throw e;
    }
    files.close();
    return digest == null ? NOTHING : digest.digest();
  }

  private void closeAfter(Exception failure) {
    try {
      files.close();
    } catch (KernelException e) {
      failure.addSuppressed(e);
    }
  }

  /// Exclusive, so that nothing that is there is ever followed or overwritten; and it mostly is
  /// not.
  private void create(Path path) throws IOException {
    try {
      files.create(path);
    } catch (KernelException e) {
      if (!e.errno().equals(Errno.EEXIST)) {
        throw e;
      }
      delete(path);
      files.create(path);
    }
  }

  private boolean hardLink(Path path, Path target) throws IOException {
    if (path.equals(target)) {
      return Files.exists(path, SELF);
    }
    if (!Files.exists(target, SELF) || Files.isDirectory(target, SELF)) {
      throw new OciException(
          "it is a hard link to "
              + Quoted.name(root.relativize(target).toString())
              + ", which is not a file in this tree.");
    }
    delete(path);
    changeIn(path);
    // link(2) of Linux does not follow a symbolic link at the target: this may be a link, too.
    located.clear();
    Files.createLink(path, target);
    return true;
  }

  private boolean symbolicLink(Path path, String target) throws IOException {
    Path text;
    try {
      text = Path.of(target);
    } catch (InvalidPathException e) {
      throw new OciException("its target " + Quoted.name(target) + " is no path here.", e);
    }
    if (target.isEmpty()) {
      throw new OciException("it is a symbolic link to nothing.");
    }
    delete(path);
    changeIn(path);
    located.clear();
    Files.createSymbolicLink(path, text);
    return true;
  }

  private boolean node(TarEntry entry, Path path) throws IOException {
    FileNodes.Kind kind =
        switch (entry.type()) {
          case CHARACTER_DEVICE -> FileNodes.Kind.CHARACTER_DEVICE;
          case BLOCK_DEVICE -> FileNodes.Kind.BLOCK_DEVICE;
          default -> FileNodes.Kind.FIFO;
        };
    delete(path);
    if (kind == FileNodes.Kind.CHARACTER_DEVICE && entry.device().equals(TarEntry.Device.NONE)) {
      // To overlayfs it would say that a file of a lower layer is deleted.
      warnings.accept("left out the device 0:0 at " + Quoted.name(entry.name()));
      return false;
    }
    changeIn(path);
    try {
      nodes.make(
          path, kind, entry.metadata().mode(), entry.device().major(), entry.device().minor());
    } catch (KernelException e) {
      if (kind == FileNodes.Kind.FIFO || !e.errno().equals(Errno.EPERM)) {
        throw e;
      }
      warnings.accept(
          "left out the device "
              + Quoted.name(entry.name())
              + ": device nodes cannot be made without privilege");
      return false;
    }
    return true;
  }

  /// As [#describe], of the file that is being written.
  private void describeOpen(TarEntry entry, Path path) throws IOException {
    Metadata metadata = entry.metadata();
    Owner wanted = owner == null ? metadata.owner() : owner;
    try {
      files.own(wanted.uid(), wanted.gid());
    } catch (KernelException e) {
      throw cannotOwn(wanted, e);
    }
    files.permit(metadata.mode());
    for (Map.Entry<String, byte[]> xattr : metadata.xattrs().entrySet()) {
      setXattr(entry, path, xattr.getKey(), xattr.getValue());
    }
    Instant time = metadata.modified();
    files.touch(time.getEpochSecond(), time.getNano());
  }

  /// The order matters: chown(2) takes setuid bits and capabilities away.
  private void describe(TarEntry entry, Path path) throws IOException {
    Metadata metadata = entry.metadata();
    own(path, owner == null ? metadata.owner() : owner);
    if (entry.type() == TarEntry.Type.FOLDER) {
      nodes.permit(path, metadata.mode());
    }
    for (Map.Entry<String, byte[]> xattr : metadata.xattrs().entrySet()) {
      setXattr(entry, path, xattr.getKey(), xattr.getValue());
    }
    if (entry.type() == TarEntry.Type.FOLDER) {
      folderTimes.put(path, metadata.modified());
    } else {
      touch(path, metadata.modified());
    }
  }

  private void own(Path path, Owner wanted) throws IOException {
    try {
      nodes.own(path, wanted.uid(), wanted.gid());
    } catch (KernelException e) {
      throw cannotOwn(wanted, e);
    }
  }

  private static OciException cannotOwn(Owner wanted, KernelException e) {
    return new OciException(
        "it cannot be given to "
            + wanted
            + " ("
            + e.getMessage()
            + "). An ordinary user can only give files to ids that /etc/subuid and /etc/subgid"
            + " map.",
        e);
  }

  private void setXattr(TarEntry entry, Path path, String name, byte[] value) throws IOException {
    if (OverlayXattrs.isOverlays(name)) {
      // They would turn this folder into something else once overlayfs mounts it.
      warnings.accept("left out the attribute " + name + " of " + Quoted.name(entry.name()));
      return;
    }
    try {
      xattrs.set(path, name, value);
    } catch (KernelException e) {
      if (!e.errno().equals(Errno.EPERM) && !e.errno().equals(Errno.EOPNOTSUPP)) {
        throw e;
      }
      warnings.accept(
          "left out the attribute "
              + Quoted.name(name)
              + " of "
              + Quoted.name(entry.name())
              + ": "
              + e.errno());
    }
  }

  private void touch(Path path, Instant time) throws KernelException {
    nodes.touch(path, time.getEpochSecond(), time.getNano());
  }

  /// Notes the time of the folder in which `path` is about to change.
  private void changeIn(Path path) throws IOException {
    Path folder = path.getParent();
    if (folder != null && !folderTimes.containsKey(folder)) {
      folderTimes.put(folder, Files.getLastModifiedTime(folder, SELF).toInstant());
    }
  }

  private void delete(Path path) throws IOException {
    if (Files.isDirectory(path, SELF)) {
      if (path.equals(root)) {
        throw new OciException("it would delete the root folder.");
      }
      for (Path child : Listing.of(path)) {
        delete(child);
      }
    }
    remove(path);
  }

  private void remove(Path path) throws IOException {
    if (Files.exists(path, SELF)) {
      changeIn(path);
      located.clear();
      Files.delete(path);
      folderTimes.remove(path);
      made.remove(path);
    }
  }
}
