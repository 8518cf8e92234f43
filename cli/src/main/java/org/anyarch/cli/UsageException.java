package org.anyarch.cli;

/// The command line itself is wrong; the message says which word and what would be right.
final class UsageException extends Exception {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }
}
