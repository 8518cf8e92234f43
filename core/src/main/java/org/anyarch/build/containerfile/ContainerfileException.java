package org.anyarch.build.containerfile;

/// A Containerfile cannot be understood. The message begins with the place, and says what is wrong
/// and what would be right.
public final class ContainerfileException extends Exception {
  private static final long serialVersionUID = 1L;

  public ContainerfileException(Location location, String message) {
    super(location + ": " + message);
  }

  public ContainerfileException(Location location, String message, Throwable cause) {
    super(location + ": " + message, cause);
  }
}
