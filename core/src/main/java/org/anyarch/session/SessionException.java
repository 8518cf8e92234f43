package org.anyarch.session;

/// There is no session, or something in it cannot be had on this machine. The message is one line:
/// what, why, and what to do.
public final class SessionException extends Exception {
  private static final long serialVersionUID = 1L;

  public SessionException(String message) {
    super(message);
  }

  public SessionException(String message, Throwable cause) {
    super(message, cause);
  }
}
