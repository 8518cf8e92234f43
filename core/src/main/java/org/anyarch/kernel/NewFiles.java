package org.anyarch.kernel;

import java.nio.file.Path;

/// Makes many files, one after the other: each is opened once, and everything about it is set by
/// way of its descriptor, so that its path is walked once. For one thread.
///
/// The order matters: a change of owner takes setuid bits away, and writing changes the time.
public interface NewFiles {
  /// Makes a file where there is nothing and opens it; until [#permit] it is its owner's alone.
  ///
  /// @throws KernelException with EEXIST if anything is at `path`, a link too, which is not
  ///   followed
  /// @throws IllegalStateException if the last one is not closed
  void create(Path path) throws KernelException;

  /// Appends to the open file.
  void write(byte[] bytes, int offset, int length) throws KernelException;

  /// fchown(2) of the open file.
  void own(long uid, long gid) throws KernelException;

  /// fchmod(2) of the open file.
  void permit(int mode) throws KernelException;

  /// futimens(3) of the open file, access and modification time alike.
  void touch(long epochSecond, int nano) throws KernelException;

  /// Closes the open file; nothing happens if there is none.
  void close() throws KernelException;
}
