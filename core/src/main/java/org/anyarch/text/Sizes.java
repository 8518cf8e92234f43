package org.anyarch.text;

import java.util.Locale;

/// Amounts of bytes as people read them.
public final class Sizes {
  private Sizes() {}

  /// With two or three digits and a unit. Units are powers of 1024, as docker's are.
  public static String shown(long bytes) {
    double value = bytes;
    String unit = "B";
    for (String next : new String[] {"KB", "MB", "GB", "TB"}) {
      if (value < 1024) {
        break;
      }
      value /= 1024;
      unit = next;
    }
    String format = value >= 100 || unit.equals("B") ? "%.0f %s" : "%.1f %s";
    return String.format(Locale.ROOT, format, value, unit);
  }
}
