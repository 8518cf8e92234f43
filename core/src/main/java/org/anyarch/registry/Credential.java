package org.anyarch.registry;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// What a user has to show to a registry.
///
/// @param user empty with an identity token
/// @param secret a password, or an identity token, which is shown to token services only
/// @param source where it was found, for messages
record Credential(String user, String secret, boolean isIdentityToken, String source) {
  /// The value of `Authorization` for the scheme Basic.
  String basic() {
    return "Basic "
        + Base64.getEncoder()
            .encodeToString((user + ":" + secret).getBytes(StandardCharsets.UTF_8));
  }

  /// Without the secret.
  @Override
  public String toString() {
    return isIdentityToken
        ? "the identity token in " + source
        : "those of " + user + " in " + source;
  }
}
