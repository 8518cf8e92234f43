package org.anyarch.kernel;

import java.util.Optional;

/// Terminals.
public interface Terminals {
  /// How many characters fit.
  record Size(int columns, int rows) {}

  /// Of the terminal behind a descriptor (TIOCGWINSZ of ioctl_tty(2)); empty if there is none, or
  /// it does not know.
  Optional<Size> size(int descriptor);
}
