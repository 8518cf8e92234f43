package org.anyarch.kernel;

import java.nio.file.Path;
import java.util.Set;

/// Mounts in the mount namespace of this process.
public interface Mounts {
  /// Per-mount flags of mount(2).
  enum Flag {
    READ_ONLY,
    NO_SUID,
    NO_DEV,
    NO_EXEC
  }

  /// mount(2) of a file system; `data` is the file system's own option string.
  void mount(String source, Path target, String type, Set<Flag> flags, String data)
      throws KernelException;

  /// Shows `source` (a folder or file) at `target` too; `recursive` brings what is mounted below it
  /// along.
  void bind(Path source, Path target, boolean recursive) throws KernelException;

  /// Makes the mount at `target` and all below it read-only in this mount namespace
  /// (mount_setattr(2), Linux 5.12).
  void makeReadOnly(Path target) throws KernelException;

  /// Detaches the mount at `target`; it ends with its last user (MNT_DETACH).
  void unmount(Path target) throws KernelException;
}
