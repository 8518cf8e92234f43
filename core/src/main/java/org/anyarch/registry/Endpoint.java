package org.anyarch.registry;

import java.net.URI;
import java.net.URISyntaxException;

/// Where one repository is asked for: at the registry that its name says, or at one that stands in
/// for it.
///
/// @param host with a port if one was given, as users and their settings write it
/// @param repository its name there
/// @param insecure whether the user's settings permit certificates that are not trusted, and plain
///   HTTP
record Endpoint(String host, String repository, boolean insecure) {
  /// The host that answers for it: the name `docker.io` belongs to another one's web pages.
  String authority() {
    return host.equals(RegistryReference.DOCKER) ? "registry-1.docker.io" : host;
  }

  /// @param scheme `https` or `http`
  /// @param path below `/v2/`
  /// @throws RegistryException if there can be no such host
  URI uri(String scheme, String path) throws RegistryException {
    try {
      URI uri = new URI(scheme + "://" + authority() + "/v2/" + path);
      if (uri.getHost() != null) {
        return uri;
      }
    } catch (URISyntaxException e) {
      throw noHost(e);
    }
    throw noHost(null);
  }

  private RegistryException noHost(@org.jspecify.annotations.Nullable Throwable cause) {
    return new RegistryException(
        RegistryException.Reason.NAME, "'" + host + "' cannot be the name of a registry.", cause);
  }

  String name() {
    return host + "/" + repository;
  }

  @Override
  public String toString() {
    return name();
  }
}
