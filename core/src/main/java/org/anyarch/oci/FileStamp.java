package org.anyarch.oci;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.anyarch.oci.UnixFile.Inode;

/// What stat(2) says of a file's content. Every change of it changes the time of the last change,
/// which nobody can set; only a change within one tick of the file system's clock does not.
record FileStamp(Inode inode, long size, FileTime modified, FileTime changed) {
  /// The coarsest clock of a file system that anybody builds on is FAT's.
  private static final Duration TICK = Duration.ofSeconds(2);

  /// Of where `path` leads, as reading it does.
  static FileStamp of(Path path) throws IOException {
    Map<String, Object> stat =
        Files.readAttributes(path, "unix:dev,ino,size,lastModifiedTime,ctime");
    return new FileStamp(
        new Inode(number(stat, "dev"), number(stat, "ino")),
        number(stat, "size"),
        time(stat, "lastModifiedTime"),
        time(stat, "ctime"));
  }

  /// Whether each change since `millis` shows in the stamp.
  boolean isOlderThan(long millis) {
    return Math.max(changed.toMillis(), modified.toMillis()) < millis - TICK.toMillis();
  }

  private static long number(Map<String, Object> stat, String key) {
    return ((Number) Objects.requireNonNull(stat.get(key))).longValue();
  }

  private static FileTime time(Map<String, Object> stat, String key) {
    return (FileTime) Objects.requireNonNull(stat.get(key));
  }
}
