package org.anyarch.kernel;

import java.io.IOException;

/// The kernel refused something. An [IOException], since every caller that changes files or mounts
/// already has to deal with those; the errno stays a value so that callers decide by it and never
/// by the text.
public final class KernelException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String action;
  private final int errno;

  /// @param action what was attempted on what, as the continuation of "cannot": `mount overlay on
  ///   /x/rootfs`
  public KernelException(String action, Errno errno) {
    super("cannot " + action + ": " + errno);
    this.action = action;
    this.errno = errno.number();
  }

  /// What was attempted, without the "cannot".
  public String action() {
    return action;
  }

  public Errno errno() {
    return new Errno(errno);
  }
}
