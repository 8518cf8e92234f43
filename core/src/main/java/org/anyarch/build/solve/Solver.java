package org.anyarch.build.solve;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.anyarch.build.BuildException;
import org.anyarch.build.Progress;
import org.anyarch.build.plan.BaseReference;
import org.anyarch.build.plan.CopySource;
import org.anyarch.build.plan.PlannedStage;
import org.anyarch.build.plan.PlannedStep;
import org.anyarch.kernel.Failures;
import org.anyarch.kernel.Kernel;
import org.anyarch.platform.Platform;
import org.anyarch.session.OciRuntime;

/// Carries out the stages of plans, for several threads at once: stages that do not need each other
/// run side by side, as many steps at a time as there are cores. A step is known by the digest of
/// all that its result depends on ([StepKeys]), so equal steps of several stages and platforms run
/// once, and what an earlier build left in the store does not run at all.
public final class Solver {
  /// What one stage came to.
  ///
  /// @param base the image it started from, if it was one
  /// @param changes for each step the folder with what it changed, or empty for a step that changes
  ///   no file
  public record Solved(Optional<BaseImage> base, List<Optional<Path>> changes) {
    public Solved {
      changes = List.copyOf(changes);
    }
  }

  /// Finds the images that plans refer to.
  public interface Images {
    BaseImage find(BaseReference.Image reference, Platform platform)
        throws IOException, BuildException;
  }

  private final ContextView context;
  private final Images images;
  private final Store store;
  private final Overlays overlays;
  private final BaseLayers layers;
  private final RunExecutor runs;
  private final CopyExecutor copies;
  private final Progress progress;
  private final Kernel kernel;
  private final StepCache cache;
  private final CacheUse use;
  private final FileDigests files;
  private final Path filesFile;
  private final Semaphore permits;
  private final int cores;
  private final ConcurrentMap<String, FutureTask<StepCache.Kept>> steps = new ConcurrentHashMap<>();
  private final ConcurrentMap<List<String>, FutureTask<String>> sources = new ConcurrentHashMap<>();
  private final AtomicInteger next = new AtomicInteger();

  /// @param use which results of earlier builds count
  /// @param cores how many steps run at once
  public Solver(
      ContextView context,
      Images images,
      Store store,
      Path scratch,
      OciRuntime runtime,
      Kernel kernel,
      Progress progress,
      CacheUse use,
      int cores)
      throws IOException {
    this.context = context;
    this.images = images;
    this.store = store;
    this.overlays = new Overlays(kernel.mounts(), scratch);
    this.layers = new BaseLayers(store, overlays, kernel);
    this.runs = new RunExecutor(runtime, scratch);
    this.copies = new CopyExecutor(kernel);
    this.progress = progress;
    this.kernel = kernel;
    this.cache = new StepCache(store);
    this.use = use;
    this.cores = cores;
    this.permits = new Semaphore(cores);
    this.filesFile = store.contextFile(context.root());
    this.files = FileDigests.read(filesFile, Clock.systemUTC());
  }

  /// One task a stage, in their order, all to be started at once: a stage waits for those it needs.
  /// The last one's result is the plan's.
  public List<Callable<Solved>> tasks(List<PlannedStage> stages) {
    Earlier earlier = new Earlier(new HashMap<>());
    List<Callable<Solved>> tasks = new ArrayList<>();
    for (PlannedStage stage : stages) {
      FutureTask<Known> task = new FutureTask<>(() -> solve(stage, earlier));
      earlier.stages().put(stage.index(), task);
      tasks.add(
          () -> {
            task.run();
            return result(task).solved();
          });
    }
    return tasks;
  }

  /// Keeps what was learned of the context's files for the next build.
  public void remember() throws IOException {
    files.write(filesFile);
  }

  /// A stage's result, and the digest of all that it depends on.
  private record Known(Solved solved, String identity) {
    Root root() {
      return new Root(solved.base(), solved.changes().stream().flatMap(Optional::stream).toList());
    }
  }

  /// A root that is mounted only if a step has to run in it.
  private record Root(Optional<BaseImage> base, List<Path> changes) {}

  /// The stages of one platform.
  private record Earlier(Map<Integer, FutureTask<Known>> stages) {
    Known stage(int index) throws IOException, BuildException, InterruptedException {
      return result(
          Objects.requireNonNull(stages.get(index), "plans name every stage that is needed"));
    }
  }

  private static <T> T result(FutureTask<T> task)
      throws IOException, BuildException, InterruptedException {
    try {
      return task.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException io -> throw io;
        case BuildException build -> throw build;
        case InterruptedException interrupted -> throw interrupted;
        case RuntimeException bug -> throw bug;
        case Error bug -> throw bug;
        case null, default -> throw new IllegalStateException(e);
      }
    }
  }

  private Known solve(PlannedStage stage, Earlier earlier)
      throws IOException, BuildException, InterruptedException {
    Optional<BaseImage> image = Optional.empty();
    String identity;
    List<Optional<Path>> changes = new ArrayList<>();
    switch (stage.base()) {
      case BaseReference.Scratch _ -> identity = StepKeys.base("");
      case BaseReference.Stage other -> {
        Known below = earlier.stage(other.index());
        image = below.solved().base();
        changes.addAll(below.solved().changes());
        identity = below.identity();
      }
      case BaseReference.Image name -> {
        image = Optional.of(images.find(name, stage.platform()));
        identity = identity(image.get());
      }
    }
    int number = 0;
    for (PlannedStep step : stage.steps()) {
      number++;
      Optional<Path> change = Optional.empty();
      if (step.makesLayer()) {
        Root below = new Root(image, changes.stream().flatMap(Optional::stream).toList());
        StepCache.Kept kept = once(identity, stage, step, number, below, earlier);
        identity = kept.identity();
        change = Optional.of(kept.folder());
      }
      changes.add(change);
    }
    return new Known(new Solved(image, changes), identity);
  }

  private static String identity(BaseImage image) throws IOException {
    List<String> chain = BaseLayers.chain(image);
    return StepKeys.base(chain.isEmpty() ? "" : chain.getLast());
  }

  private StepCache.Kept once(
      String below, PlannedStage stage, PlannedStep step, int number, Root root, Earlier earlier)
      throws IOException, BuildException, InterruptedException {
    String source = source(step, stage, earlier);
    String key = StepKeys.of(below, stage.platform(), step, source);
    boolean renew = use.renews(stage.name());
    FutureTask<StepCache.Kept> mine =
        new FutureTask<>(
            () ->
                located(step, () -> reach(key, source, renew, stage, step, number, root, earlier)));
    FutureTask<StepCache.Kept> first = steps.putIfAbsent(key + renew, mine);
    if (first == null) {
      mine.run();
      first = mine;
    }
    return result(first);
  }

  /// What the key of a COPY says of its source; empty for other steps.
  private String source(PlannedStep step, PlannedStage stage, Earlier earlier)
      throws IOException, BuildException, InterruptedException {
    if (!(step instanceof PlannedStep.CopyStep copy)) {
      return "";
    }
    return switch (copy.source()) {
      case CopySource.Stage other -> "root " + earlier.stage(other.index()).identity();
      case CopySource.Image other ->
          "root " + identity(images.find(other.reference(), stage.platform()));
      case CopySource.Context _ -> {
        List<String> parts = new ArrayList<>(List.of(copy.location().toString()));
        parts.addAll(copy.sources());
        FutureTask<String> mine =
            new FutureTask<>(() -> located(step, () -> "files " + contentDigest(copy)));
        FutureTask<String> first = sources.putIfAbsent(parts, mine);
        if (first == null) {
          mine.run();
          first = mine;
        }
        yield result(first);
      }
    };
  }

  private String contentDigest(PlannedStep.CopyStep copy)
      throws IOException, BuildException, InterruptedException {
    return new SourceDigests(kernel.xattrs(), files, cores)
        .of(CopyExecutor.sources(copy, context.root(), context), context);
  }

  /// The step's result: an earlier build's, another build's that is making it now, or our own.
  private StepCache.Kept reach(
      String key,
      String source,
      boolean renew,
      PlannedStage stage,
      PlannedStep step,
      int number,
      Root below,
      Earlier earlier)
      throws IOException, BuildException, InterruptedException {
    Optional<StepCache.Kept> kept = renew ? Optional.empty() : cache.find(key);
    if (kept.isEmpty()) {
      Runnable waiting =
          () ->
              progress.note(
                  stage.platform().toString(), "waiting for another build's " + step.text());
      try (KeyLocks.Held _ = store.locks().making(key, waiting)) {
        kept = renew ? Optional.empty() : cache.find(key);
        if (kept.isEmpty()) {
          permits.acquire();
          try {
            Path made = execute(stage, step, number, below, earlier);
            return keep(key, source, renew, stage, step, made);
          } finally {
            permits.release();
          }
        }
      }
    }
    progress.cached(stage, step, number, stage.steps().size());
    return kept.get();
  }

  private StepCache.Kept keep(
      String key, String source, boolean renew, PlannedStage stage, PlannedStep step, Path made)
      throws IOException, BuildException, InterruptedException {
    String mark = UUID.randomUUID().toString();
    if (step instanceof PlannedStep.CopyStep copy
        && copy.source() instanceof CopySource.Context
        && !source.equals("files " + contentDigest(copy))) {
      progress.note(
          stage.platform().toString(),
          "warning: "
              + step.location()
              + ": the context changed while it was copied; nothing made from it is kept");
      return new StepCache.Kept(made.resolve(StepCache.FILES), StepKeys.renewed(key, mark));
    }
    String what = stage.platform() + " " + step.text();
    return cache.keep(key, made, renew ? StepKeys.renewed(key, mark) : key, what);
  }

  /// Carries `work` out, with the step's place in what is said of a failure.
  private static <T> T located(PlannedStep step, Work<T> work)
      throws BuildException, InterruptedException {
    try {
      return work.run();
    } catch (UncheckedIOException e) {
      throw new BuildException(step.location() + ": " + e.getMessage(), e);
    } catch (ClosedByInterruptException | FileLockInterruptionException e) {
      InterruptedException interrupted = new InterruptedException();
      interrupted.initCause(e);
      throw interrupted;
    } catch (IOException e) {
      throw new BuildException(step.location() + ": " + Failures.describe(e), e);
    }
  }

  private interface Work<T> {
    T run() throws IOException, BuildException, InterruptedException;
  }

  private Snapshot snapshot(Root root, PlannedStage stage)
      throws IOException, InterruptedException {
    Snapshot snapshot = Snapshot.EMPTY;
    if (root.base().isPresent()) {
      snapshot =
          layers.unpack(
              root.base().get(), note -> progress.note(stage.platform().toString(), note));
    }
    for (Path change : root.changes()) {
      snapshot = snapshot.with(change);
    }
    return snapshot;
  }

  /// @return the folder that holds what the step changed, in `fs`
  private Path execute(
      PlannedStage stage, PlannedStep step, int number, Root below, Earlier earlier)
      throws IOException, BuildException, InterruptedException {
    Progress.Step said = progress.begin(stage, step, number, stage.steps().size());
    long start = System.nanoTime();
    boolean done = false;
    Path folder = store.workFolder("step-" + next.incrementAndGet());
    try (Overlays.Mounted mounted = overlays.writable(snapshot(below, stage), folder)) {
      switch (step) {
        case PlannedStep.RunStep run -> runs.run(run, stage.platform(), mounted.root(), said);
        case PlannedStep.CopyStep copy -> copy(copy, stage, mounted.root(), earlier, said);
        case PlannedStep.WorkdirStep workdir -> Workdirs.make(workdir, mounted.root(), kernel);
        case PlannedStep.MetadataStep _ ->
            throw new IllegalArgumentException("a step without a layer");
      }
      done = true;
    } catch (BuildException e) {
      throw store.isFull()
          ? new BuildException(
              e.getMessage()
                  + "\nthere is no space left on the disk of "
                  + store.home()
                  + "; anyarch cache prune frees some",
              e)
          : e;
    } finally {
      Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
      if (done) {
        said.done(elapsed);
      } else {
        said.failed(elapsed);
      }
    }
    return folder;
  }

  private void copy(
      PlannedStep.CopyStep step, PlannedStage stage, Path root, Earlier earlier, Progress.Step said)
      throws IOException, BuildException, InterruptedException {
    switch (step.source()) {
      case CopySource.Context _ -> copies.run(step, context.root(), context, root, said);
      case CopySource.Stage other ->
          copy(step, snapshot(earlier.stage(other.index()).root(), stage), root, said);
      case CopySource.Image other ->
          copy(
              step,
              layers.unpack(
                  images.find(other.reference(), stage.platform()),
                  note -> progress.note(stage.platform().toString(), note)),
              root,
              said);
    }
  }

  private void copy(PlannedStep.CopyStep step, Snapshot source, Path root, Progress.Step said)
      throws IOException, BuildException {
    try (Overlays.Mounted mounted = overlays.readable(source)) {
      copies.run(step, mounted.root(), _ -> false, root, said);
    }
  }
}
