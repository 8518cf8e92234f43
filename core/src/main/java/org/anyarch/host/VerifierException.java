package org.anyarch.host;

/// It could not be found out which programs run; the message says why and what to do.
public final class VerifierException extends Exception {
  private static final long serialVersionUID = 1L;

  VerifierException(String message) {
    super(message);
  }

  VerifierException(String message, Throwable cause) {
    super(message, cause);
  }
}
