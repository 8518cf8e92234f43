package org.anyarch.build.solve;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import org.anyarch.build.BuildException;

/// The stages of one platform: done, under way or still to come.
final class Stages {
  private final Map<Integer, FutureTask<Known>> tasks = new HashMap<>();

  /// A stage's result, and the digest of all that it depends on.
  record Known(Solver.Solved solved, String identity) {
    Root root() {
      return Root.of(solved.base(), solved.changes());
    }
  }

  /// A root that is mounted only if a step has to run in it.
  record Root(Optional<BaseImage> base, List<StepCache.Kept> changes) {
    static Root of(Optional<BaseImage> base, List<Optional<StepCache.Kept>> changes) {
      return new Root(base, changes.stream().flatMap(Optional::stream).toList());
    }

    /// When what is on top of the base was made.
    Spans made() {
      return changes.stream().map(StepCache.Kept::made).reduce(Spans.NONE, Spans::and);
    }
  }

  /// To be called for all stages before any of them is started.
  void add(int index, FutureTask<Known> task) {
    tasks.put(index, task);
  }

  /// Waits for a stage.
  Known stage(int index) throws IOException, BuildException, InterruptedException {
    return Tasks.result(
        Objects.requireNonNull(tasks.get(index), "plans name every stage that is needed"));
  }
}
