package org.anyarch.build.solve;

import java.util.Locale;
import java.util.Set;

/// Which results of earlier builds a build takes.
///
/// @param none whether it takes none
/// @param renewed the names of stages, in lower case, whose steps run anew
public record CacheUse(boolean none, Set<String> renewed) {
  public static final CacheUse ALL = new CacheUse(false, Set.of());

  public CacheUse {
    renewed = Set.copyOf(renewed);
  }

  boolean renews(String stage) {
    return none || renewed.contains(stage.toLowerCase(Locale.ROOT));
  }
}
