package org.anyarch.twins;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Tells what changes in some folders of a root, soon afterwards, and many changes at once.
final class Follower implements AutoCloseable {
  /// dpkg rewrites its status for every package; looking at it each time would cost more than it
  /// brings.
  private static final int GATHERED = 100;

  /// Hears of changes, one after the other.
  interface Listener {
    /// @param folder empty if woken
    /// @param names of what is new or altered in it
    void changed(String folder, Set<String> names) throws IOException, InterruptedException;
  }

  private static final int TRIES = 5;

  private final WatchService watch;
  private final Map<WatchKey, String> folders = new HashMap<>();
  private final Listener listener;
  private final Consumer<IOException> failures;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("follows a step").factory());
  private volatile boolean woken;

  /// In a row.
  private int failed;

  private Follower(WatchService watch, Listener listener, Consumer<IOException> failures) {
    this.watch = watch;
    this.listener = listener;
    this.failures = failures;
  }

  /// Follows those of the folders that are there; empty if there is none.
  ///
  /// @param watch closed if it is not used
  static Optional<Follower> of(
      RootFiles root,
      List<String> folders,
      WatchService watch,
      Listener listener,
      Consumer<IOException> failures)
      throws IOException {
    Follower follower = new Follower(watch, listener, failures);
    try {
      for (String folder : folders) {
        follower.add(root, folder);
      }
    } catch (IOException e) {
      follower.close();
      throw e;
    }
    if (follower.folders.isEmpty()) {
      follower.close();
      return Optional.empty();
    }
    var _ =
        follower.thread.scheduleWithFixedDelay(
            follower::look, GATHERED, GATHERED, TimeUnit.MILLISECONDS);
    return Optional.of(follower);
  }

  private void add(RootFiles root, String folder) throws IOException {
    Optional<Path> path = root.folder(folder);
    if (path.isPresent()) {
      folders.put(
          path.get()
              .register(
                  watch,
                  StandardWatchEventKinds.ENTRY_CREATE,
                  StandardWatchEventKinds.ENTRY_MODIFY,
                  StandardWatchEventKinds.ENTRY_DELETE),
          folder);
    }
  }

  /// Has the listener look again.
  void wake() {
    woken = true;
  }

  private void look() {
    try {
      Map<String, Set<String>> changes = new HashMap<>();
      if (woken) {
        woken = false;
        changes.put("", Set.of());
      }
      for (WatchKey key = watch.poll(); key != null; key = watch.poll()) {
        Set<String> names =
            changes.computeIfAbsent(folders.getOrDefault(key, ""), _ -> new HashSet<>());
        for (WatchEvent<?> event : key.pollEvents()) {
          if (event.context() instanceof Path name) {
            names.add(name.toString());
          }
        }
        key.reset();
      }
      for (Map.Entry<String, Set<String>> change : changes.entrySet()) {
        listener.changed(change.getKey(), change.getValue());
        failed = 0;
      }
    } catch (ClosedWatchServiceException e) {
      // The step has ended.
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      // What is replaced while it is read is there a moment later; nothing else may happen then.
      if (++failed < TRIES) {
        woken = true;
      } else {
        failures.accept(e);
      }
    } catch (RuntimeException | Error e) {
      // Unsaid, it would end the looking for good.
      failures.accept(new IOException("a fault of anyarch's own: " + e, e));
    }
  }

  /// After this nobody looks any more.
  @Override
  public void close() throws IOException {
    thread.shutdown();
    watch.close();
    try {
      thread.awaitTermination(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
