package org.anyarch.build.solve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.anyarch.kernel.Xattrs;
import org.anyarch.oci.FileContents;

/// What an entry says of the folder it describes: how it was when it was complete, and since when
/// that is known.
///
/// A result is not synced to the disk before it is published: that would make each step wait for
/// all that the machine has to write. A loss of power may so leave an entry whose files are short
/// or missing. Therefore an entry names the boot in which its folder was last seen whole; in
/// another one the folder is looked at before it is used. File systems make a file as long as it is
/// only when its bytes are written, so lengths and times tell.
///
/// @param top the time of the folder itself, in nanoseconds: another one if something in it was
///   removed or added
/// @param boot the kernel's boot_id when it was last seen whole
record Seal(TreeDigest tree, long top, String boot) {

  static Seal of(Path folder, Xattrs xattrs, String boot) throws IOException {
    return of(folder, xattrs, boot, FileContents.UNKNOWN);
  }

  /// @param known of what was just written there
  static Seal of(Path folder, Xattrs xattrs, String boot, FileContents known) throws IOException {
    return new Seal(TreeDigest.of(folder, xattrs, known), time(folder), boot);
  }

  /// The values of an entry.
  Map<String, String> with(Map<String, String> more) {
    Map<String, String> values = new HashMap<>(more);
    values.put("files", String.valueOf(tree.size().files()));
    values.put("bytes", String.valueOf(tree.size().bytes()));
    values.put("shape", tree.shape());
    values.put("contents", tree.contents());
    values.put("top", String.valueOf(top));
    values.put("boot", boot);
    return values;
  }

  /// What [#with] wrote; empty if the entry lacks some of it.
  static Optional<Seal> of(EntryFile entry) {
    Optional<Long> files = entry.number("files");
    Optional<Long> bytes = entry.number("bytes");
    String top = entry.value("top");
    if (files.isEmpty()
        || bytes.isEmpty()
        || !top.matches("-?\\d{1,19}")
        || entry.value("shape").isEmpty()
        || entry.value("contents").isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Seal(
            new TreeDigest(
                new TreeSize(files.get(), bytes.get()),
                entry.value("shape"),
                entry.value("contents")),
            Long.parseLong(top),
            entry.value("boot")));
  }

  /// Whether the folder may be used: at a glance if it was seen whole since the machine started,
  /// else by the lengths and times of all files in it.
  boolean fits(Path folder, String now) throws IOException {
    return Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
        && time(folder) == top
        && (boot.equals(now) || TreeDigest.shapeOf(folder).shape().equals(tree.shape()));
  }

  /// Whether the folder is to the byte what it was; reads all of it.
  boolean isWhole(Path folder, Xattrs xattrs) throws IOException {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    TreeDigest found = TreeDigest.of(folder, xattrs);
    return found.equals(tree) && time(folder) == top;
  }

  private static long time(Path folder) throws IOException {
    return Files.getLastModifiedTime(folder, LinkOption.NOFOLLOW_LINKS).to(TimeUnit.NANOSECONDS);
  }
}
