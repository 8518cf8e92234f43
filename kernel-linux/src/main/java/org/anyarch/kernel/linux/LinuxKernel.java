package org.anyarch.kernel.linux;

import org.anyarch.kernel.FileNodes;
import org.anyarch.kernel.Kernel;
import org.anyarch.kernel.Mounts;
import org.anyarch.kernel.Programs;
import org.anyarch.kernel.Terminals;
import org.anyarch.kernel.Views;
import org.anyarch.kernel.Xattrs;

/// The running Linux kernel.
public final class LinuxKernel implements Kernel {
  private LinuxKernel() {}

  public static Kernel create() {
    return new LinuxKernel();
  }

  @Override
  public Mounts mounts() {
    return new LinuxMounts();
  }

  @Override
  public FileNodes nodes() {
    return new LinuxFileNodes();
  }

  @Override
  public Xattrs xattrs() {
    return new LinuxXattrs();
  }

  @Override
  public Programs programs() {
    return new LinuxPrograms();
  }

  @Override
  public Terminals terminals() {
    return new LinuxTerminals();
  }

  @Override
  public Views views() {
    return new LinuxViews();
  }
}
