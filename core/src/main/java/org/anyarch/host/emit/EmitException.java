package org.anyarch.host.emit;

/// A set-up that cannot be written as asked for. Says what is missing or wrong, and what to give
/// instead.
public final class EmitException extends Exception {
  private static final long serialVersionUID = 1L;

  EmitException(String message) {
    super(message);
  }

  EmitException(String message, Throwable cause) {
    super(message, cause);
  }
}
