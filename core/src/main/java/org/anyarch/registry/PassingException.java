package org.anyarch.registry;

import java.io.IOException;
import java.net.http.HttpHeaders;

/// An answer that may be another a little later. Never leaves this package: it is tried again, or
/// told as a [RegistryException].
final class PassingException extends IOException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final transient HttpHeaders headers;

  /// @param who answers
  PassingException(String who, Answer answer) {
    super(who + " answers " + answer.complaint());
    this.status = answer.status();
    this.headers = answer.headers();
  }

  int status() {
    return status;
  }

  HttpHeaders headers() {
    return headers;
  }
}
