package org.anyarch.build;

/// A build failed for a reason in its input or on this machine. The message is one line, with the
/// Containerfile's line where there is one.
public final class BuildException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean unsupported;

  public BuildException(String message) {
    super(message);
    unsupported = false;
  }

  public BuildException(String message, Throwable cause) {
    this(message, cause, false);
  }

  private BuildException(String message, Throwable cause, boolean unsupported) {
    super(message, cause);
    this.unsupported = unsupported;
  }

  /// Something that the build needs cannot be had on this machine.
  public static BuildException unsupported(String message, Throwable cause) {
    return new BuildException(message, cause, true);
  }

  /// Whether it is the machine that lacks something.
  public boolean isUnsupported() {
    return unsupported;
  }
}
