package org.anyarch.build.solve;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.UnaryOperator;
import org.anyarch.build.plan.ModeChange;
import org.anyarch.kernel.Errno;
import org.anyarch.kernel.FileNodes;
import org.anyarch.kernel.Kernel;
import org.anyarch.kernel.KernelException;
import org.anyarch.oci.Listing;
import org.anyarch.oci.Owner;
import org.anyarch.oci.UnixFile;

/// Copies files and folders into a root, with the owner and mode that COPY asks for. Contents,
/// modes, times, hard links among what is copied, devices, file capabilities, access lists and user
/// attributes come along.
///
/// Below the paths it is given, no symbolic link is ever followed: those of the source are copied,
/// and one in the way in the target is an error, as it is for BuildKit. What leads to those paths
/// the caller has resolved inside their roots.
final class TreeCopy {
  private static final LinkOption SELF = LinkOption.NOFOLLOW_LINKS;

  /// What bytes that are no UTF-8 are decoded to.
  private static final char REPLACEMENT = '\uFFFD';

  /// Copied in a fraction of a second also by slow disks.
  private static final long CHUNK = 16L << 20;

  private static final int REST = 8192;

  private static final Owner ROOT = new Owner(0, 0);

  /// What is not the source's in a copy.
  ///
  /// @param owner of what is made; empty to keep the source's
  /// @param times the copy's for the source's
  record Looks(Optional<Owner> owner, ModeChange mode, UnaryOperator<Instant> times) {
    Looks(Optional<Owner> owner, ModeChange mode) {
      this(owner, mode, UnaryOperator.identity());
    }
  }

  /// A folder that is made when the first thing in it is copied.
  private record Pending(Path source, Path target, UnixFile stat) {}

  private final Kernel kernel;
  private final Looks looks;
  private final Selection selection;
  private final Consumer<String> warnings;
  private final LongConsumer copied;
  private final Map<UnixFile.Inode, Path> linked = new HashMap<>();
  private final Map<Path, UnixFile.Inode> made = new HashMap<>();
  private final Deque<Pending> pending = new ArrayDeque<>();

  /// @param kernel for what java.nio.file cannot copy
  /// @param selection tells of source paths whether they are copied
  /// @param warnings told what was left out, one line each
  TreeCopy(Kernel kernel, Looks looks, Selection selection, Consumer<String> warnings) {
    this(kernel, looks, selection, warnings, _ -> {});
  }

  /// @param copied told how many bytes more were copied
  TreeCopy(
      Kernel kernel,
      Looks looks,
      Selection selection,
      Consumer<String> warnings,
      LongConsumer copied) {
    this.kernel = kernel;
    this.looks = looks;
    this.selection = selection;
    this.warnings = warnings;
    this.copied = copied;
  }

  /// Copies what is in the folder `source` into the folder `target`, which is there and keeps what
  /// it is.
  void contents(Path source, Path target) throws IOException {
    List<Path> entries = Listing.of(source);
    entries.sort(Comparator.comparing(p -> p.getFileName().toString()));
    for (Path entry : entries) {
      UnixFile stat = UnixFile.of(entry);
      switch (selection.of(entry, stat.isFolder())) {
        case TAKE -> one(entry, target.resolve(entry.getFileName()), stat);
        case LOOK_INSIDE -> lookInside(entry, target.resolve(entry.getFileName()), stat);
        case LEAVE -> {}
      }
    }
  }

  private void lookInside(Path source, Path target, UnixFile stat) throws IOException {
    Pending folder = new Pending(source, target, stat);
    pending.addLast(folder);
    contents(source, target);
    if (!pending.removeLastOccurrence(folder)) {
      describe(source, target, stat);
    }
  }

  private void makePending() throws IOException {
    while (!pending.isEmpty()) {
      Pending folder = pending.removeFirst();
      makeFolder(folder.source(), folder.target());
    }
  }

  /// Copies `source`, whatever it is, to the path `target`, whose parent is there.
  void one(Path source, Path target) throws IOException {
    one(source, target, UnixFile.of(source));
  }

  private void one(Path source, Path target, UnixFile stat) throws IOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new ClosedByInterruptException();
    }
    if (source.getFileName().toString().indexOf(REPLACEMENT) >= 0) {
      throw new IOException(
          "the name " + source.getFileName() + " is not UTF-8; rename the file, or leave it out");
    }
    if (stat.kind() == UnixFile.Kind.SOCKET) {
      warnings.accept("left out the socket " + source.getFileName());
      return;
    }
    makePending();
    if (stat.isFolder()) {
      makeFolder(source, target);
      contents(source, target);
      describe(source, target, stat);
      return;
    }
    makeWay(source, target);
    if (stat.kind() == UnixFile.Kind.FILE) {
      file(source, target, stat);
      return;
    }
    if (stat.kind() == UnixFile.Kind.SYMBOLIC_LINK) {
      Files.createSymbolicLink(target, Files.readSymbolicLink(source));
    } else {
      node(source, target, stat);
    }
    own(target, stat);
    time(target, stat);
  }

  private void makeWay(Path source, Path target) throws IOException {
    if (Files.isDirectory(target, SELF)) {
      throw new IOException(
          "cannot put "
              + source.getFileName()
              + " over the folder of that name; remove the folder in an earlier step");
    }
    if (!Files.deleteIfExists(target)) {
      return;
    }
    UnixFile.Inode replaced = made.remove(target);
    if (replaced != null) {
      linked.remove(replaced);
    }
  }

  private void node(Path source, Path target, UnixFile stat) throws IOException {
    int permissions = looks.mode().apply(stat.mode(), false);
    if (stat.kind() == UnixFile.Kind.FIFO) {
      kernel.nodes().make(target, FileNodes.Kind.FIFO, permissions, 0, 0);
      return;
    }
    FileNodes.Kind kind =
        stat.kind() == UnixFile.Kind.BLOCK_DEVICE
            ? FileNodes.Kind.BLOCK_DEVICE
            : FileNodes.Kind.CHARACTER_DEVICE;
    try {
      kernel.nodes().make(target, kind, permissions, stat.major(), stat.minor());
    } catch (KernelException e) {
      if (!e.errno().equals(Errno.EPERM)) {
        throw e;
      }
      throw new IOException(
          source.getFileName()
              + " is a device, which only root of the machine may make ("
              + e.errno()
              + "); leave it out",
          e);
    }
  }

  private void file(Path source, Path target, UnixFile stat) throws IOException {
    if (stat.links() > 1) {
      Path first = linked.putIfAbsent(stat.inode(), target);
      if (first != null) {
        Files.createLink(target, first);
        return;
      }
      made.put(target, stat.inode());
    }
    bytes(source, target);
    describe(source, target, stat);
  }

  /// In chunks, since `Files.copy` hears of no interrupt before the file's end.
  private void bytes(Path source, Path target) throws IOException {
    try (FileChannel in = FileChannel.open(source, StandardOpenOption.READ, SELF);
        FileChannel out =
            FileChannel.open(target, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
      long done = 0;
      long count = in.transferTo(0, CHUNK, out);
      while (count > 0) {
        done += count;
        copied.accept(count);
        count = in.transferTo(done, CHUNK, out);
      }
      // Some file systems say of files that they are empty, and then have something to read.
      ByteBuffer rest = ByteBuffer.allocate(REST);
      while (in.read(rest, done) > 0) {
        rest.flip();
        int length = rest.remaining();
        while (rest.hasRemaining()) {
          out.write(rest);
        }
        done += length;
        copied.accept(length);
        rest.clear();
      }
    }
  }

  private static void makeFolder(Path source, Path target) throws IOException {
    if (Files.isDirectory(target, SELF)) {
      return;
    }
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
    own(folder, looks.owner().orElse(ROOT));
    kernel.nodes().permit(folder, 0755);
  }

  /// In an order in which no step undoes an earlier one: a change of owner clears setuid bits and
  /// capabilities, an access list changes the mode, everything changes a folder's time.
  private void describe(Path source, Path target, UnixFile stat) throws IOException {
    own(target, stat);
    attributes(source, target);
    int permissions = looks.mode().apply(stat.mode(), stat.isFolder());
    kernel.nodes().permit(target, permissions);
    time(target, stat);
  }

  private void own(Path target, UnixFile stat) throws IOException {
    own(target, looks.owner().orElse(stat.owner()));
  }

  private void own(Path target, Owner owner) throws IOException {
    try {
      kernel.nodes().own(target, owner.uid(), owner.gid());
    } catch (KernelException e) {
      throw new IOException(
          "cannot give "
              + target.getFileName()
              + " to "
              + owner
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

  private void time(Path target, UnixFile source) throws IOException {
    Instant time = looks.times().apply(source.modified());
    kernel.nodes().touch(target, time.getEpochSecond(), time.getNano());
  }
}
