package org.anyarch.emulator;

/// An emulator cannot be had or used. The message says which, why, and what to do.
public final class EmulatorException extends Exception {
  private static final long serialVersionUID = 1L;

  public EmulatorException(String message) {
    super(message);
  }

  public EmulatorException(String message, Throwable cause) {
    super(message, cause);
  }
}
