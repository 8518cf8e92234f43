package org.anyarch.twins;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/// What stat(2) says of a file's identity and last change. Whoever writes to a file, or puts
/// another one in its place, changes it.
///
/// @param modified in nanoseconds since 1970, as `changed`
public record FileState(long device, long inode, long size, long modified, long changed) {
  /// Of `path` itself, if it is a link.
  static FileState of(Path path) throws IOException {
    Map<String, Object> stat =
        Files.readAttributes(
            path, "unix:dev,ino,size,lastModifiedTime,ctime", LinkOption.NOFOLLOW_LINKS);
    return new FileState(
        (Long) Objects.requireNonNull(stat.get("dev")),
        (Long) Objects.requireNonNull(stat.get("ino")),
        (Long) Objects.requireNonNull(stat.get("size")),
        nanoseconds(stat, "lastModifiedTime"),
        nanoseconds(stat, "ctime"));
  }

  private static long nanoseconds(Map<String, Object> stat, String name) {
    return ((FileTime) Objects.requireNonNull(stat.get(name))).to(TimeUnit.NANOSECONDS);
  }
}
