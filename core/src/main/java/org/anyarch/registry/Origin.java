package org.anyarch.registry;

import java.net.URI;
import java.util.Locale;

/// Whom a credential is for: scheme, host and port.
record Origin(String scheme, String host, int port) {
  static Origin of(URI uri) {
    String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
    int port = uri.getPort();
    if (port < 0) {
      port = scheme.equals("https") ? 443 : 80;
    }
    return new Origin(scheme, uri.getHost().toLowerCase(Locale.ROOT), port);
  }

  boolean isProtected() {
    return scheme.equals("https");
  }

  /// As the folders of certs.d are called: with the port unless it is that of https.
  String authority() {
    return port == 443 ? host : host + ":" + port;
  }

  @Override
  public String toString() {
    return scheme + "://" + authority();
  }
}
