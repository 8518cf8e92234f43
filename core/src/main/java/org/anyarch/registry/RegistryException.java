package org.anyarch.registry;

import org.anyarch.text.Printable;
import org.jspecify.annotations.Nullable;

/// Something could not be had from a registry, or given to it. The one-line message names registry,
/// repository and tag or digest, says why, and what to do about it.
public final class RegistryException extends java.io.IOException {
  private static final long serialVersionUID = 1L;

  /// What kind of failure it is, for callers that go on in another way.
  public enum Reason {
    /// What the user wrote names nothing that could be in a registry.
    NAME,
    /// A file that says how registries are reached cannot be used.
    SETTINGS,
    /// The user's settings forbid this registry.
    BLOCKED,
    /// There is no connection, or it broke too often.
    UNREACHABLE,
    /// The other side's certificate is not trusted, or there is no TLS where there has to be.
    UNTRUSTED,
    /// Credentials are missing, wrong, or do not suffice.
    UNAUTHORIZED,
    /// The registry has no such repository, tag, manifest or blob.
    NOT_FOUND,
    /// The registry wants fewer requests.
    TOO_MANY_REQUESTS,
    /// The content is not what its digest or descriptor says.
    WRONG_CONTENT,
    /// The registry answers what the specification does not foresee, or refuses.
    REFUSED
  }

  private final Reason reason;

  RegistryException(Reason reason, String message) {
    this(reason, message, null);
  }

  RegistryException(Reason reason, String message, @Nullable Throwable cause) {
    // It quotes what strangers wrote.
    super(Printable.line(message), cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
