package org.anyarch.host;

import java.util.Locale;

/// How a probe is started.
public enum Setting {
  /// As a file of the host, in the host's mount namespace.
  PROCESS,
  /// In a new mount namespace, with a root that holds nothing but the probe.
  CONTAINER;

  /// As the helper and JSON call it.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
