package org.anyarch.binfmt;

import java.util.Optional;
import org.anyarch.kernel.Errno;

/// A rule that the kernel would refuse, or that must not be registered. Says what is wrong with
/// which rule.
public final class RuleException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int errno;

  RuleException(String message) {
    super(message);
    this.errno = 0;
  }

  RuleException(String message, Errno errno) {
    super(message + ": " + errno);
    this.errno = errno.number();
  }

  /// What the kernel's write() would fail with, if it is the kernel that would refuse.
  public Optional<Errno> errno() {
    return errno == 0 ? Optional.empty() : Optional.of(new Errno(errno));
  }
}
