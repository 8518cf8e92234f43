package org.anyarch.build.solve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.anyarch.kernel.Errno;
import org.anyarch.kernel.KernelException;
import org.anyarch.kernel.Mounts;

/// Mounts snapshots as overlays inside the session. Mount points and the short names of lower
/// folders live in the session's scratch folder; nothing of them outlives it.
public final class Overlays {
  /// mount(2) takes one page of options; overlayfs has no other way in through it.
  private static final int OPTION_LIMIT = 4095;

  private final Mounts mounts;
  private final Path scratch;
  private final AtomicInteger next = new AtomicInteger();

  public Overlays(Mounts mounts, Path scratch) {
    this.mounts = mounts;
    this.scratch = scratch;
  }

  /// A mounted root folder; closing it unmounts.
  public final class Mounted implements AutoCloseable {
    private final Path root;

    private Mounted(Path root) {
      this.root = root;
    }

    public Path root() {
      return root;
    }

    @Override
    public void close() throws IOException {
      mounts.unmount(root);
      Files.deleteIfExists(root);
    }
  }

  /// Mounts `lower` with changes going to `folder/fs`; what the kernel needs beside it is in
  /// `folder/work`.
  public Mounted writable(Snapshot lower, Path folder) throws IOException {
    Path upper = Files.createDirectories(folder.resolve("fs"));
    Path work = Files.createDirectories(folder.resolve("work"));
    List<Path> lowers = new ArrayList<>(lower.folders());
    if (lowers.isEmpty()) {
      // overlayfs wants a lower folder; an empty image has an empty one.
      lowers.add(Files.createDirectories(scratch.resolve("empty")));
    }
    return mount(lowers, ",upperdir=" + shortName(upper) + ",workdir=" + shortName(work));
  }

  /// Mounts `lower` for reading.
  public Mounted readable(Snapshot lower) throws IOException {
    List<Path> lowers = new ArrayList<>(lower.folders());
    Path empty = Files.createDirectories(scratch.resolve("empty"));
    // Without an upper folder, overlayfs asks for two lower ones.
    while (lowers.size() < 2) {
      lowers.addFirst(empty);
    }
    return mount(lowers, "");
  }

  private Mounted mount(List<Path> oldestFirst, String more) throws IOException {
    List<Path> newestFirst = new ArrayList<>(oldestFirst);
    Collections.reverse(newestFirst);
    List<String> names = new ArrayList<>();
    for (Path folder : newestFirst) {
      names.add(shortName(folder));
    }
    // userxattr: a user namespace may not write trusted.* attributes, which overlayfs uses
    // otherwise.
    String options = "lowerdir=" + String.join(":", names) + more + ",userxattr";
    if (options.length() > OPTION_LIMIT) {
      throw new IOException(
          "a stage of "
              + oldestFirst.size()
              + " layers is more than one overlay mount takes; squash the base image");
    }
    Path root = Files.createDirectories(scratch.resolve("root-" + next.incrementAndGet()));
    try {
      mounts.mount("anyarch", root, "overlay", Set.of(), options);
    } catch (KernelException e) {
      if (e.errno().equals(Errno.EINVAL) || e.errno().equals(Errno.EOPNOTSUPP)) {
        throw new IOException(
            "overlayfs does not work on the file system of "
                + oldestFirst.getLast()
                + " ("
                + e.errno()
                + "); set ANYARCH_HOME to a folder on ext4, xfs, btrfs or tmpfs",
            e);
      }
      throw e;
    }
    return new Mounted(root);
  }

  /// A link of a few characters, so that many layers fit into the options. It also has none of the
  /// characters that overlayfs gives a meaning to.
  private String shortName(Path folder) throws IOException {
    Path link = scratch.resolve("l" + next.incrementAndGet());
    Files.createSymbolicLink(link, folder);
    return link.toString().replace("\\", "\\\\").replace(":", "\\:").replace(",", "\\,");
  }
}
