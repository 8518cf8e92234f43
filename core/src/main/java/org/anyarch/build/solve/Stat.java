package org.anyarch.build.solve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/// What lstat(2) says of a file that is to be copied.
///
/// @param mode type and permission bits (inode(7))
/// @param size how many bytes a file has
/// @param links how many names it has
/// @param special the number of the device that it is, as stat(2) has it
record Stat(
    int mode,
    Instant modified,
    long size,
    int links,
    Object device,
    Object inode,
    int uid,
    int gid,
    long special) {
  private static final int TYPE = 0170000;
  private static final int PERMISSIONS = 07777;

  static Stat of(Path path) throws IOException {
    Map<String, Object> stat =
        Files.readAttributes(
            path,
            "unix:mode,lastModifiedTime,size,nlink,dev,ino,uid,gid,rdev",
            LinkOption.NOFOLLOW_LINKS);
    int mode = (Integer) Objects.requireNonNull(stat.get("mode"));
    FileTime modified = (FileTime) Objects.requireNonNull(stat.get("lastModifiedTime"));
    return new Stat(
        mode,
        modified.toInstant(),
        (Long) Objects.requireNonNull(stat.get("size")),
        (Integer) Objects.requireNonNull(stat.get("nlink")),
        Objects.requireNonNull(stat.get("dev")),
        Objects.requireNonNull(stat.get("ino")),
        (Integer) Objects.requireNonNull(stat.get("uid")),
        (Integer) Objects.requireNonNull(stat.get("gid")),
        (Long) Objects.requireNonNull(stat.get("rdev")));
  }

  int permissions() {
    return mode & PERMISSIONS;
  }

  boolean isFolder() {
    return (mode & TYPE) == 0040000;
  }

  boolean isFile() {
    return (mode & TYPE) == 0100000;
  }

  boolean isLink() {
    return (mode & TYPE) == 0120000;
  }

  boolean isSocket() {
    return (mode & TYPE) == 0140000;
  }

  boolean isFifo() {
    return (mode & TYPE) == 0010000;
  }

  boolean isBlockDevice() {
    return (mode & TYPE) == 0060000;
  }

  /// gnu_dev_major(3).
  int major() {
    return (int) (((special >>> 8) & 0xfff) | ((special >>> 32) & ~0xfffL));
  }

  int minor() {
    return (int) ((special & 0xff) | ((special >>> 12) & ~0xffL));
  }
}
