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
record UnixFile(
    Kind kind,
    int mode,
    Owner owner,
    Instant modified,
    long size,
    int links,
    long device,
    long inode,
    TarEntry.Device special) {
  enum Kind {
    FILE,
    FOLDER,
    SYMBOLIC_LINK,
    CHARACTER_DEVICE,
    BLOCK_DEVICE,
    FIFO,
    SOCKET
  }

  static UnixFile of(Path path) throws IOException {
    Map<String, Object> stat =
        Files.readAttributes(
            path,
            // All of them would include the owner's name, for which the JDK asks the user database.
            "unix:mode,uid,gid,lastModifiedTime,size,nlink,dev,ino,rdev",
            LinkOption.NOFOLLOW_LINKS);
    int mode = number(stat, "mode").intValue();
    return new UnixFile(
        kind(mode, path),
        mode & 07777,
        new Owner(id(stat, "uid"), id(stat, "gid")),
        ((FileTime) Objects.requireNonNull(stat.get("lastModifiedTime"))).toInstant(),
        number(stat, "size").longValue(),
        number(stat, "nlink").intValue(),
        number(stat, "dev").longValue(),
        number(stat, "ino").longValue(),
        special(number(stat, "rdev").longValue()));
  }

  /// The device that overlayfs puts where a file of a lower folder was deleted.
  boolean isOverlayWhiteout() {
    return kind == Kind.CHARACTER_DEVICE && special.equals(TarEntry.Device.NONE);
  }

  private static Kind kind(int mode, Path path) throws IOException {
    return switch (mode & 0170000) {
      case 0100000 -> Kind.FILE;
      case 0040000 -> Kind.FOLDER;
      case 0120000 -> Kind.SYMBOLIC_LINK;
      case 0020000 -> Kind.CHARACTER_DEVICE;
      case 0060000 -> Kind.BLOCK_DEVICE;
      case 0010000 -> Kind.FIFO;
      case 0140000 -> Kind.SOCKET;
      default -> throw new OciException(path + " is of no known file type.");
    };
  }

  /// The kernel's 64-bit encoding of device numbers (makedev(3)).
  private static TarEntry.Device special(long rdev) {
    return new TarEntry.Device(
        (int) (((rdev >> 8) & 0xfff) | ((rdev >> 32) & ~0xfff)),
        (int) ((rdev & 0xff) | ((rdev >> 12) & ~0xff)));
  }

  private static long id(Map<String, Object> stat, String key) {
    return Integer.toUnsignedLong(number(stat, key).intValue());
  }

  private static Number number(Map<String, Object> stat, String key) {
    return (Number) Objects.requireNonNull(stat.get(key));
  }
}
