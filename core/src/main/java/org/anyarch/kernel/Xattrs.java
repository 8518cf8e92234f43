package org.anyarch.kernel;

import java.nio.file.Path;
import java.util.List;

/// Extended attributes of all namespaces (`security.capability`, `user.*`, `trusted.*`), on the
/// file itself, never on what a symbolic link leads to. A file system without extended attributes
/// lists none.
public interface Xattrs {
  /// Names in bytewise order.
  List<String> list(Path path) throws KernelException;

  byte[] value(Path path, String name) throws KernelException;

  void set(Path path, String name, byte[] value) throws KernelException;
}
