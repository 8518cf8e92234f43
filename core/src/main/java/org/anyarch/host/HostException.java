package org.anyarch.host;

import org.jspecify.annotations.Nullable;

/// Something on the host could not be done. One line: what, why, and the remedy.
public final class HostException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean impossible;

  private HostException(String message, boolean impossible, @Nullable Throwable cause) {
    super(message, cause);
    this.impossible = impossible;
  }

  /// This place does not allow it at all, whatever is tried; another one or a right would.
  static HostException impossible(String message) {
    return new HostException(message, true, null);
  }

  static HostException failed(String message, @Nullable Throwable cause) {
    return new HostException(message, false, cause);
  }

  static HostException failed(String message) {
    return new HostException(message, false, null);
  }

  /// Whether it is not possible here, as opposed to having failed this time.
  public boolean isImpossible() {
    return impossible;
  }
}
