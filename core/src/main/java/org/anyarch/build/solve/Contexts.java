package org.anyarch.build.solve;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.anyarch.build.plan.CopySource;

/// The folders of this machine that a build takes files from, and what is known of these files.
final class Contexts {
  private final ContextView context;
  private final Map<String, ContextView> named;
  private final Store store;
  private final ContextTimes times;
  private final Map<Path, FileDigests> files = new HashMap<>();

  Contexts(ContextView context, Map<String, ContextView> named, Store store, ContextTimes times)
      throws IOException {
    this.context = context;
    this.named = Map.copyOf(named);
    this.store = store;
    this.times = times;
    List<ContextView> all = new ArrayList<>(this.named.values());
    all.add(context);
    for (ContextView view : all) {
      if (!files.containsKey(view.root())) {
        Path file = store.contextFile(view.root());
        files.put(view.root(), FileDigests.read(file, Clock.systemUTC()));
      }
    }
  }

  /// The folder that the source stands for; empty for stages and images.
  Optional<ContextView> view(CopySource source) {
    return switch (source) {
      case CopySource.Context _ -> Optional.of(context);
      case CopySource.Folder folder ->
          Optional.of(
              Objects.requireNonNull(named.get(folder.name()), "plans name folders that are"));
      case CopySource.Stage _, CopySource.Image _ -> Optional.empty();
    };
  }

  ContextTimes times() {
    return times;
  }

  FileDigests files(ContextView view) {
    return Objects.requireNonNull(files.get(view.root()), "every view is one of ours");
  }

  /// Keeps what was learned of the files for the next build. A context that came with this build
  /// lies in its work folder, and no other build sees it.
  void remember() throws IOException {
    Path home = store.home().toRealPath();
    for (Map.Entry<Path, FileDigests> entry : files.entrySet()) {
      if (!entry.getKey().startsWith(home.resolve("work"))) {
        entry.getValue().write(store.contextFile(entry.getKey()));
      }
    }
  }
}
