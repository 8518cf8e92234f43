package org.anyarch.oci;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/// The RFC 3339 times of image configurations.
final class Times {
  private Times() {}

  static @Nullable Instant read(String text, String what) throws OciException {
    if (text.isEmpty()) {
      return null;
    }
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException e) {
      throw new OciException(what + " has the time " + Quoted.name(text) + ", not RFC 3339.", e);
    }
  }
}
