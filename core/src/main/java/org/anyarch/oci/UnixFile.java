package org.anyarch.oci;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/// What lstat(2) says of a file.
///
/// @param mode permission bits with setuid, setgid and sticky
/// @param size in bytes
/// @param links how many names it has
/// @param special the number of the device that it is (makedev(3)); 0 for all but devices
public record UnixFile(
    Kind kind,
    int mode,
    Owner owner,
    Instant modified,
    long size,
    int links,
    Inode inode,
    long special) {
  private static final int TYPE = 0170000;
  private static final int PERMISSIONS = 07777;

  /// Types of files, with their bits in a mode (inode(7)).
  public enum Kind {
    FILE(0100000),
    FOLDER(0040000),
    SYMBOLIC_LINK(0120000),
    CHARACTER_DEVICE(0020000),
    BLOCK_DEVICE(0060000),
    FIFO(0010000),
    SOCKET(0140000);

    private final int bits;

    Kind(int bits) {
      this.bits = bits;
    }

    public int bits() {
      return bits;
    }
  }

  /// The same for all names of one file, and for no other while it is there.
  public record Inode(long device, long number) {}

  public static UnixFile of(Path path) throws IOException {
    Map<String, Object> stat =
        Files.readAttributes(
            path,
            // All of them would include the owner's name, for which the JDK asks the user database.
            "unix:mode,uid,gid,lastModifiedTime,size,nlink,dev,ino,rdev",
            LinkOption.NOFOLLOW_LINKS);
    int mode = number(stat, "mode").intValue();
    return new UnixFile(
        kind(mode, path),
        mode & PERMISSIONS,
        new Owner(id(stat, "uid"), id(stat, "gid")),
        ((FileTime) Objects.requireNonNull(stat.get("lastModifiedTime"))).toInstant(),
        number(stat, "size").longValue(),
        number(stat, "nlink").intValue(),
        new Inode(number(stat, "dev").longValue(), number(stat, "ino").longValue()),
        number(stat, "rdev").longValue());
  }

  public boolean isFolder() {
    return kind == Kind.FOLDER;
  }

  /// The device that overlayfs puts where a file of a lower folder was deleted.
  boolean isOverlayWhiteout() {
    return kind == Kind.CHARACTER_DEVICE && special == 0;
  }

  /// gnu_dev_major(3).
  public int major() {
    return (int) (((special >>> 8) & 0xfff) | ((special >>> 32) & ~0xfffL));
  }

  public int minor() {
    return (int) ((special & 0xff) | ((special >>> 12) & ~0xffL));
  }

  private static Kind kind(int mode, Path path) throws IOException {
    for (Kind kind : Kind.values()) {
      if (kind.bits() == (mode & TYPE)) {
        return kind;
      }
    }
    throw new OciException(path + " is of no known file type.");
  }

  private static long id(Map<String, Object> stat, String key) {
    return Integer.toUnsignedLong(number(stat, key).intValue());
  }

  private static Number number(Map<String, Object> stat, String key) {
    return (Number) Objects.requireNonNull(stat.get(key));
  }
}
