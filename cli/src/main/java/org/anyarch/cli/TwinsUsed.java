package org.anyarch.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.anyarch.build.Progress;
import org.anyarch.platform.Platform;
import org.anyarch.twins.UsedTwin;

/// Hears which twins a build's results were made with, and what those made different that may.
final class TwinsUsed implements Progress {
  /// @param step as it was written
  /// @param paths with what differs there, in words
  record Different(String platform, String step, List<String> paths) {}

  private final SortedMap<String, SortedSet<UsedTwin>> used = new TreeMap<>();
  private final List<Different> different = new ArrayList<>();

  @Override
  public synchronized void twins(Platform platform, List<UsedTwin> twins) {
    used.computeIfAbsent(
            platform.toString(),
            _ ->
                new TreeSet<>(
                    Comparator.comparing(UsedTwin::name)
                        .thenComparing(UsedTwin::program)
                        .thenComparing(UsedTwin::version)
                        .thenComparing(twin -> twin.digest().toString())))
        .addAll(twins);
  }

  @Override
  public synchronized void differences(Platform platform, String step, List<String> differences) {
    different.add(new Different(platform.toString(), step, differences));
  }

  /// Steps that would have come to something else, emulated.
  synchronized List<Different> different() {
    return List.copyOf(different);
  }

  /// Each once, by package and program.
  synchronized SortedMap<String, List<UsedTwin>> byPlatform() {
    SortedMap<String, List<UsedTwin>> lists = new TreeMap<>();
    used.forEach((platform, twins) -> lists.put(platform, new ArrayList<>(twins)));
    return lists;
  }
}
