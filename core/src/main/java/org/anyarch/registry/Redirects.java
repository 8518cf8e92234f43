package org.anyarch.registry;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import org.anyarch.registry.RegistryException.Reason;
import org.jspecify.annotations.Nullable;

/// Sends what is asked to whom the answers name, as registries do whose blobs lie elsewhere. What
/// authorizes at the registry goes nowhere else, and from https there is no way to http.
final class Redirects {
  private static final int MOST = 5;

  private final Wire wire;
  private final boolean tlsVerify;

  Redirects(Wire wire, boolean tlsVerify) {
    this.wire = wire;
    this.tlsVerify = tlsVerify;
  }

  /// @param own whom the authorization is for; once another was asked, nobody gets it any more
  Answer follow(Errand errand, Ask ask, Origin own, @Nullable String authorization)
      throws IOException, InterruptedException {
    URI uri = ask.uri();
    boolean left = false;
    for (int hop = 0; hop <= MOST; hop++) {
      Origin origin = Origin.of(uri);
      left |= !origin.equals(own);
      Answer answer =
          wire.send(
              ask.request(uri, left ? null : authorization),
              name(errand.endpoint(), origin),
              isVerified(errand.endpoint(), origin),
              ask.sent());
      if (!isRedirect(answer.status()) || !ask.isSafe()) {
        return answer;
      }
      try (answer) {
        uri = next(errand, uri, answer.header("Location"));
      }
    }
    throw errand.failed(Reason.REFUSED, "more than " + MOST + " redirects follow each other.");
  }

  /// Where a `Location` leads to.
  ///
  /// @throws RegistryException if nobody should go there
  static URI next(Errand errand, URI from, String location) throws RegistryException {
    URI to;
    try {
      to = from.resolve(new URI(location));
    } catch (URISyntaxException e) {
      throw nowhere(errand, location, "is no address", e);
    }
    String scheme = String.valueOf(to.getScheme());
    if (location.isEmpty() || to.getHost() == null || to.getRawUserInfo() != null) {
      throw nowhere(errand, location, "is no address", null);
    }
    if (!scheme.equalsIgnoreCase("https")
        && !(scheme.equalsIgnoreCase("http") && from.getScheme().equalsIgnoreCase("http"))) {
      throw nowhere(errand, location, "has no TLS", null);
    }
    return to;
  }

  private static RegistryException nowhere(
      Errand errand, String location, String why, @Nullable Throwable cause) {
    return errand.failed(
        Reason.REFUSED,
        "it leads on to "
            + Told.quoted(location)
            + ", which "
            + why
            + ". A registry behind a proxy that ends TLS has to be told its own address.",
        cause);
  }

  private static boolean isRedirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
  }

  /// A registry's certificates are kept under the name that users know.
  private static String name(Endpoint endpoint, Origin origin) {
    return isAt(endpoint, origin) ? endpoint.host() : origin.authority();
  }

  private boolean isVerified(Endpoint endpoint, Origin origin) {
    return tlsVerify && !(endpoint.insecure() && isAt(endpoint, origin));
  }

  private static boolean isAt(Endpoint endpoint, Origin origin) {
    String host = endpoint.authority();
    return host.equalsIgnoreCase(origin.authority())
        || host.equalsIgnoreCase(origin.host() + ":" + origin.port());
  }
}
