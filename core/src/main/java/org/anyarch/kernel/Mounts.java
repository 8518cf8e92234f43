package org.anyarch.kernel;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
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

  /// Where the changes to an overlay go.
  ///
  /// @param work an empty folder on the same file system
  record Upper(Path folder, Path work) {}

  /// Mounts an overlay with `userxattr`: a user namespace may not write `trusted.*` attributes,
  /// which overlayfs uses otherwise. Paths have at most 255 bytes.
  ///
  /// @param lower at most 500, the newest first; at least two if there is no upper one
  void overlay(List<Path> lower, Optional<Upper> upper, Path target) throws KernelException;

  /// Shows `source` (a folder or file) at `target` too; `recursive` brings what is mounted below it
  /// along.
  void bind(Path source, Path target, boolean recursive) throws KernelException;

  /// Makes the mount at `target` and all below it read-only in this mount namespace
  /// (mount_setattr(2), Linux 5.12).
  void makeReadOnly(Path target) throws KernelException;

  /// Ends the propagation of the mount at `target` (MS_PRIVATE): what is mounted or unmounted below
  /// it in this mount namespace from now on stays here.
  void makePrivate(Path target) throws KernelException;

  /// Detaches the mount at `target`; it ends with its last user (MNT_DETACH).
  void unmount(Path target) throws KernelException;
}
