package org.anyarch.twins;

import java.util.Locale;

/// What a twin has to have in common with the program that it stands in for.
public enum Mode {
  /// There are no twins.
  OFF,

  /// What it comes to, to the byte.
  EXACT,

  /// As [#EXACT], or else its job: a compiler of the same version of its makers, with or without
  /// what a distribution fixed later.
  COMPATIBLE;

  /// As options and results say it.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
