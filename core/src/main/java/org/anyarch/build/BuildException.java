package org.anyarch.build;

/// A build failed for a reason in its input or on this machine. The message is one line, with the
/// Containerfile's line where there is one.
public final class BuildException extends Exception {
  private static final long serialVersionUID = 1L;

  public BuildException(String message) {
    super(message);
  }

  public BuildException(String message, Throwable cause) {
    super(message, cause);
  }
}
