package org.anyarch.cli;

/// The version of this build, from the jar's manifest; a run from class folders has none.
final class Version {
  private Version() {}

  static String text() {
    String version = Main.class.getPackage().getImplementationVersion();
    return version == null ? "(development)" : version;
  }
}
