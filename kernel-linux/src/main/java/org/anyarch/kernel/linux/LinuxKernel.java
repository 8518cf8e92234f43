package org.anyarch.kernel.linux;

/// The running Linux kernel.
public final class LinuxKernel {
  private LinuxKernel() {}
}
