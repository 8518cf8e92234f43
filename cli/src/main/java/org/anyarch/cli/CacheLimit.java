package org.anyarch.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.anyarch.build.Progress;
import org.anyarch.build.solve.CacheContent;
import org.anyarch.build.solve.Store;
import org.anyarch.text.Sizes;

/// Keeps builds from filling the disk for ever: behind a build, what was not used for longest goes
/// until no more than the limit is left.
record CacheLimit(Store store) {
  static final String VARIABLE = "ANYARCH_CACHE_LIMIT";

  private static final long MOST = 20L << 30;

  /// Counting a cache mount's files takes seconds if they are many, and a build that used it would
  /// wait for that each time.
  private static final Duration PATIENCE = Duration.ofHours(1);

  void apply(Context context, Progress progress) throws IOException, UsageException {
    if (!store.hasGrown()) {
      return;
    }
    String text = context.environment().getOrDefault(VARIABLE, "");
    if (text.equals("off")) {
      return;
    }
    long limit =
        text.isEmpty()
            ? Math.min(MOST, Files.getFileStore(store.home()).getTotalSpace() / 10)
            : Amounts.size(text, VARIABLE);
    CacheContent content = new CacheContent(store, PATIENCE);
    List<CacheContent.Item> beyond = CacheContent.beyond(content.items(), limit);
    long freed = 0;
    for (CacheContent.Item item : beyond) {
      freed += content.remove(item) ? item.bytes() : 0;
    }
    if (freed > 0) {
      progress.note(
          "",
          "removed %s of the cache, which were not used for longest; its limit is %s"
              .formatted(Sizes.shown(freed), Sizes.shown(limit)));
    }
  }
}
