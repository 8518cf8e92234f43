package org.anyarch.kernel;

import java.nio.file.Path;

/// File system objects and times that java.nio.file cannot make. No method follows a symbolic link
/// at `path`.
public interface FileNodes {
  /// What stat(2) calls the file's type, for the nodes below.
  enum Kind {
    CHARACTER_DEVICE,
    BLOCK_DEVICE,
    FIFO
  }

  /// mknod(2). A character device 0:0 is overlayfs's whiteout, which user namespaces may make too.
  ///
  /// @param mode permission bits, exact whatever the umask is
  void make(Path path, Kind kind, int mode, int major, int minor) throws KernelException;

  /// Sets access and modification time of `path` itself with nanoseconds (utimensat(2),
  /// AT_SYMLINK_NOFOLLOW).
  void touch(Path path, long epochSecond, int nano) throws KernelException;
}
