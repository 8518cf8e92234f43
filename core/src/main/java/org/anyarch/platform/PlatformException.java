package org.anyarch.platform;

/// A text names no platform. The message says which text and what would be right.
public final class PlatformException extends Exception {
  private static final long serialVersionUID = 1L;

  public PlatformException(String message) {
    super(message);
  }
}
