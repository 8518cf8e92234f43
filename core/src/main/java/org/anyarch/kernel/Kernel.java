package org.anyarch.kernel;

/// The kernel as anyarch sees it, one small interface a concern.
public interface Kernel {
  Mounts mounts();

  FileNodes nodes();

  Xattrs xattrs();

  Programs programs();

  Terminals terminals();

  Views views();
}
