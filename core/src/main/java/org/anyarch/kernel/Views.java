package org.anyarch.kernel;

import java.io.IOException;
import java.nio.file.Path;

/// Work done as somebody else sees the file system. It is done by a thread of its own that ends
/// with it, so nothing of this process changes.
///
/// What is done there should be little and need only what is loaded already: a class or a file that
/// is first looked for meanwhile is looked for in the other view.
public interface Views {
  /// What is to be done.
  interface Work<T> {
    T run() throws IOException;
  }

  /// As the processes of a mount namespace see it.
  ///
  /// @param namespace a file like /proc/1/ns/mnt
  /// @throws KernelException if the namespace cannot be entered
  <T> T inMountNamespace(Path namespace, Work<T> work) throws IOException;

  /// As a process with this root folder sees it, in our own mount namespace.
  ///
  /// @throws KernelException if chroot(2) is refused
  <T> T inRoot(Path root, Work<T> work) throws IOException;
}
