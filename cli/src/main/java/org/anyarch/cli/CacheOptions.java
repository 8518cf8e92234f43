package org.anyarch.cli;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.anyarch.build.solve.CacheUse;

/// The options of `build` that say which results of earlier builds count.
final class CacheOptions {
  private static final Option NO_CACHE =
      Option.flag("no-cache", "run every step, whatever earlier builds left");
  private static final Option NO_CACHE_FILTER =
      Option.many("no-cache-filter", "STAGE[,STAGE]", "run every step of these stages");
  static final List<Option> ALL = List.of(NO_CACHE, NO_CACHE_FILTER);

  private CacheOptions() {}

  static CacheUse of(Arguments arguments) throws UsageException {
    Set<String> stages = new LinkedHashSet<>();
    for (String list : arguments.values(NO_CACHE_FILTER)) {
      for (String stage : list.split(",", -1)) {
        if (stage.isBlank()) {
          throw new UsageException("--no-cache-filter " + list + " names no stage");
        }
        stages.add(stage.strip().toLowerCase(Locale.ROOT));
      }
    }
    return new CacheUse(arguments.has(NO_CACHE), stages);
  }
}
