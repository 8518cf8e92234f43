package org.anyarch.cli;

import org.jspecify.annotations.Nullable;

/// A command failed for a reason outside of it. One line for the user, and what to exit with.
final class CommandException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  CommandException(int exitCode, @Nullable String message, @Nullable Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  int exitCode() {
    return exitCode;
  }
}
