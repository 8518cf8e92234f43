package org.anyarch.build.solve;

import java.util.HexFormat;

/// How closely is looked at accelerated steps: which of them run a second time, emulated, to see
/// whether that makes a difference.
///
/// @param all whether every one does, and a difference fails the build
/// @param oneIn else, of how many steps one does; 0 for none
/// @param sampled whether it is to be known how long programs were at work, and why emulated
public record Inspection(boolean all, int oneIn, boolean sampled) {
  public static final Inspection DEFAULT = new Inspection(false, 64, false);

  public Inspection {
    if (oneIn < 0) {
      throw new IllegalArgumentException("one step in " + oneIn);
    }
  }

  /// @param key of the step: the same step is chosen by every build
  boolean chooses(String key) {
    return all
        || (oneIn > 0
            && Integer.remainderUnsigned(HexFormat.fromHexDigits(key.substring(0, 8)), oneIn) == 0);
  }
}
