package org.anyarch.build.solve;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.anyarch.kernel.Errno;
import org.anyarch.kernel.KernelException;
import org.anyarch.kernel.Mounts;

/// Mounts snapshots as overlays inside the session. Mount points and the short names of lower
/// folders live in the session's scratch folder; nothing of them outlives it.
public final class Overlays {
  /// OVL_MAX_STACK of fs/overlayfs.
  private static final int LAYER_LIMIT = 500;

  /// strndup_user(value, 256) of fs/fsopen.c.
  private static final int PATH_LIMIT = 255;

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
    } else {
      // The root folder of an overlay is the newest layer's.
      for (String attribute : List.of("unix:uid", "unix:gid", "unix:mode")) {
        Files.setAttribute(upper, attribute, Files.getAttribute(lowers.getLast(), attribute));
      }
    }
    return mount(lowers, Optional.of(new Mounts.Upper(shortName(upper), shortName(work))));
  }

  /// Mounts `lower` for reading.
  public Mounted readable(Snapshot lower) throws IOException {
    List<Path> lowers = new ArrayList<>(lower.folders());
    Path empty = Files.createDirectories(scratch.resolve("empty"));
    // Without an upper folder, overlayfs asks for two lower ones.
    while (lowers.size() < 2) {
      lowers.addFirst(empty);
    }
    return mount(lowers, Optional.empty());
  }

  private Mounted mount(List<Path> oldestFirst, Optional<Mounts.Upper> upper) throws IOException {
    if (oldestFirst.size() > LAYER_LIMIT) {
      throw new IOException(
          "a stage of "
              + oldestFirst.size()
              + " layers is more than overlayfs mounts ("
              + LAYER_LIMIT
              + "); join RUN steps, or split the stage by COPY --from");
    }
    List<Path> names = new ArrayList<>();
    for (Path folder : oldestFirst.reversed()) {
      names.add(shortName(folder));
    }
    Path root = Files.createDirectories(scratch.resolve("root-" + next.incrementAndGet()));
    try {
      mounts.overlay(names, upper, root);
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

  /// A link, since an option of a mount has at most 255 bytes.
  private Path shortName(Path folder) throws IOException {
    Path link = scratch.resolve("l" + next.incrementAndGet());
    if (link.toString().getBytes(StandardCharsets.UTF_8).length > PATH_LIMIT) {
      throw new IOException(scratch + " is too long; set ANYARCH_HOME to a shorter one");
    }
    return Files.createSymbolicLink(link, folder);
  }
}
