package org.anyarch.kernel;

import java.nio.file.Path;

/// File system objects, and what they say of themselves, that java.nio.file cannot make or makes
/// with several calls.
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

  /// Gives `path` itself to a user and a group (lchown(2)), which clears setuid bits and
  /// capabilities.
  void own(Path path, long uid, long gid) throws KernelException;

  /// Sets the permission bits of a file or folder (chmod(2)); `path` must not be a symbolic link.
  void permit(Path path, int mode) throws KernelException;

  /// Sets access and modification time of `path` itself with nanoseconds (utimensat(2),
  /// AT_SYMLINK_NOFOLLOW).
  void touch(Path path, long epochSecond, int nano) throws KernelException;

  /// What makes many regular files.
  NewFiles newFiles();
}
