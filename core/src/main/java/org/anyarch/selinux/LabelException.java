package org.anyarch.selinux;

/// A text that is no SELinux label. Says which part of it, and what was expected there.
public final class LabelException extends Exception {
  private static final long serialVersionUID = 1L;

  LabelException(String message) {
    super(message);
  }
}
