package org.anyarch.build.solve;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import org.anyarch.build.BuildException;
import org.anyarch.build.Progress;
import org.anyarch.build.fetch.Fetcher;
import org.anyarch.build.plan.BaseReference;
import org.anyarch.build.plan.CopySource;
import org.anyarch.build.plan.PlannedStage;
import org.anyarch.build.plan.PlannedStep;
import org.anyarch.kernel.Kernel;
import org.anyarch.platform.Platform;
import org.anyarch.session.ControlGroups;
import org.anyarch.twins.UsedTwin;

/// Carries out the stages of plans, for several threads at once: stages that do not need each other
/// run side by side, as many steps at a time as there are cores. A step is known by the digest of
/// all that its result depends on ([StepKeys]), so equal steps of several stages and platforms run
/// once, and what an earlier build left in the store does not run at all.
public final class Solver {
  /// What one stage came to.
  ///
  /// @param base the image it started from, if it was one
  /// @param changes for each step what it changed, or empty for a step that changes no file
  public record Solved(Optional<BaseImage> base, List<Optional<StepCache.Kept>> changes) {
    public Solved {
      changes = List.copyOf(changes);
    }
  }

  /// Finds the images that plans refer to.
  public interface Images {
    BaseImage find(BaseReference.Image reference, Platform platform)
        throws IOException, BuildException;
  }

  /// Where steps take files from.
  ///
  /// @param folders the folders of --build-context, by their names
  public record Inputs(
      ContextView context, Map<String, ContextView> folders, Fetcher fetcher, Images images) {
    public Inputs {
      folders = Map.copyOf(folders);
    }
  }

  /// Where and with what steps are carried out.
  ///
  /// @param scratch a folder that ends with the session
  /// @param groups where RUN steps are limited, if they are
  public record Ground(
      Store store,
      Path scratch,
      RunMeans means,
      Optional<ControlGroups> groups,
      Kernel kernel,
      Progress progress) {}

  private final Images images;
  private final Store store;
  private final Progress progress;
  private final Contexts contexts;
  private final SourceKeys sources;
  private final StepRunner runner;
  private final StepCache cache;
  private final CacheUse use;
  private final Instant began;
  private final Semaphore permits;
  private final ConcurrentMap<String, FutureTask<StepCache.Kept>> steps = new ConcurrentHashMap<>();

  /// @param use which results of earlier builds count
  /// @param epoch the date of the images, in seconds since 1970
  /// @param cores how many steps run at once
  public Solver(
      Inputs inputs, Ground ground, RunSettings settings, CacheUse use, long epoch, int cores)
      throws IOException {
    this.images = inputs.images();
    this.store = ground.store();
    this.progress = ground.progress();
    this.began = store.fileTime();
    ContextTimes times = new ContextTimes(epoch, began);
    this.contexts = new Contexts(inputs.context(), inputs.folders(), store, times);
    this.sources = new SourceKeys(contexts, inputs, settings, ground, cores);
    this.runner = new StepRunner(ground, contexts, inputs, sources, settings);
    this.cache = new StepCache(store, ground.kernel().xattrs());
    this.use = use;
    this.permits = new Semaphore(cores);
  }

  /// One task a stage, in their order, all to be started at once: a stage waits for those it needs.
  /// The last one's result is the plan's.
  public List<Callable<Solved>> tasks(List<PlannedStage> plan) {
    Stages stages = new Stages();
    List<Callable<Solved>> tasks = new ArrayList<>();
    for (PlannedStage stage : plan) {
      FutureTask<Stages.Known> task = new FutureTask<>(() -> solve(stage, stages));
      stages.add(stage.index(), task);
      tasks.add(
          () -> {
            task.run();
            return Tasks.result(task).solved();
          });
    }
    return tasks;
  }

  /// Keeps what was learned of the contexts' files for the next build.
  public void remember() throws IOException {
    contexts.remember();
  }

  private Stages.Known solve(PlannedStage stage, Stages stages)
      throws IOException, BuildException, InterruptedException {
    Optional<BaseImage> image = Optional.empty();
    String identity;
    List<Optional<StepCache.Kept>> changes = new ArrayList<>();
    switch (stage.base()) {
      case BaseReference.Scratch _ -> identity = StepKeys.base("");
      case BaseReference.Stage other -> {
        Stages.Known below = stages.stage(other.index());
        image = below.solved().base();
        changes.addAll(below.solved().changes());
        identity = below.identity();
      }
      case BaseReference.Image name -> {
        image = Optional.of(images.find(name, stage.platform()));
        identity = SourceKeys.identity(image.get());
      }
    }
    int number = 0;
    for (PlannedStep step : stage.steps()) {
      number++;
      Optional<StepCache.Kept> change = Optional.empty();
      if (step.makesLayer()) {
        StepCache.Kept kept =
            once(identity, stage, step, number, Stages.Root.of(image, changes), stages);
        identity = isLinked(step) ? StepKeys.linked(identity, kept.identity()) : kept.identity();
        change = Optional.of(kept);
        List<UsedTwin> twins = UsedTwins.read(kept.folder());
        if (!twins.isEmpty()) {
          progress.twins(stage.platform(), twins);
        }
      }
      changes.add(change);
    }
    return new Stages.Known(new Solved(image, changes), identity);
  }

  /// What --link makes is the same wherever it is put.
  private static boolean isLinked(PlannedStep step) {
    return step instanceof PlannedStep.CopyStep copy && copy.options().link();
  }

  /// A step that is to be carried out, unless its result is there.
  ///
  /// @param source what the key says of where files come from
  /// @param renew whether an earlier build's result does not count
  private record Wanted(
      String key,
      String source,
      boolean renew,
      PlannedStage stage,
      PlannedStep step,
      int number,
      Stages.Root below,
      Stages stages) {
    String platform() {
      return stage.platform().toString();
    }
  }

  private StepCache.Kept once(
      String identity,
      PlannedStage stage,
      PlannedStep step,
      int number,
      Stages.Root below,
      Stages stages)
      throws IOException, BuildException, InterruptedException {
    String source = Tasks.located(step.location(), () -> sources.of(step, stage, stages));
    String key = StepKeys.of(isLinked(step) ? "" : identity, stage.platform(), step, source);
    boolean renew = use.renews(stage.name());
    Wanted wanted = new Wanted(key, source, renew, stage, step, number, below, stages);
    return Tasks.once(
        steps, key + renew, () -> Tasks.located(step.location(), () -> reach(wanted)));
  }

  /// The step's result: an earlier build's, another build's that is making it now, or our own.
  private StepCache.Kept reach(Wanted wanted)
      throws IOException, BuildException, InterruptedException {
    Optional<StepCache.Kept> kept = find(wanted);
    if (kept.isEmpty()) {
      Runnable waiting =
          () ->
              progress.note(
                  wanted.platform(), "waiting for another build's " + wanted.step().text());
      try (KeyLocks.Held _ = store.locks().making(wanted.key(), waiting)) {
        kept = find(wanted);
        if (kept.isEmpty()) {
          return make(wanted);
        }
      }
    }
    progress.cached(StepRunner.place(wanted.stage(), wanted.step(), wanted.number()));
    return kept.get();
  }

  private Optional<StepCache.Kept> find(Wanted wanted) throws IOException, InterruptedException {
    return wanted.renew() ? Optional.empty() : cache.find(wanted.key());
  }

  /// When what the step works on was made, and what it takes from other stages.
  private static Spans before(Wanted wanted)
      throws IOException, BuildException, InterruptedException {
    List<CopySource> sources =
        switch (wanted.step()) {
          case PlannedStep.CopyStep copy -> List.of(copy.source());
          case PlannedStep.RunStep run ->
              run.setup().mounts().stream().flatMap(mount -> mount.source().stream()).toList();
          case PlannedStep.WorkdirStep _, PlannedStep.MetadataStep _ -> List.of();
        };
    Spans before = isLinked(wanted.step()) ? Spans.NONE : wanted.below().made();
    for (CopySource source : sources) {
      if (source instanceof CopySource.Stage other) {
        before = before.and(wanted.stages().stage(other.index()).root().made());
      }
    }
    return before;
  }

  private StepCache.Kept make(Wanted wanted)
      throws IOException, BuildException, InterruptedException {
    permits.acquire();
    try {
      Path folder =
          runner.run(
              new StepRunner.Work(
                  wanted.stage(),
                  wanted.step(),
                  wanted.number(),
                  wanted.below(),
                  wanted.stages(),
                  wanted.key()));
      return keep(wanted, folder, before(wanted).and(Spans.between(began, store.fileTime())));
    } finally {
      permits.release();
    }
  }

  private StepCache.Kept keep(Wanted wanted, Path folder, Spans made)
      throws IOException, BuildException, InterruptedException {
    String mark = UUID.randomUUID().toString();
    String key = wanted.key();
    PlannedStep step = wanted.step();
    if (sources.mayChange(step)
        && !wanted.source().equals(sources.anew(step, wanted.stage(), wanted.stages()))) {
      progress.note(
          wanted.platform(),
          "warning: "
              + step.location()
              + ": the context changed while it was copied; nothing made from it is kept");
      return new StepCache.Kept(folder.resolve(StepCache.FILES), StepKeys.renewed(key, mark), made);
    }
    String what = wanted.platform() + " " + step.text();
    String identity = wanted.renew() ? StepKeys.renewed(key, mark) : key;
    return cache.keep(folder, new StepCache.Result(key, identity, made, what));
  }
}
