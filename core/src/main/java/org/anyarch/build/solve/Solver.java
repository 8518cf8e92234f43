package org.anyarch.build.solve;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.anyarch.build.BuildException;
import org.anyarch.build.Progress;
import org.anyarch.build.fetch.Fetcher;
import org.anyarch.build.plan.BaseReference;
import org.anyarch.build.plan.CopySource;
import org.anyarch.build.plan.PlannedStage;
import org.anyarch.build.plan.PlannedStep;
import org.anyarch.build.plan.RemoteSource;
import org.anyarch.kernel.Failures;
import org.anyarch.kernel.Kernel;
import org.anyarch.oci.Digest;
import org.anyarch.platform.Platform;
import org.anyarch.session.OciRuntime;

/// Carries out the stages of plans. Safe for several threads, one a platform; equal steps of
/// several platforms run once, since a step is known by the digest of all that its result depends
/// on.
public final class Solver {
  /// What one stage came to.
  ///
  /// @param base the image it started from, if it was one
  /// @param root its whole root
  /// @param changes for each step the folder with what it changed, or empty for a step that changes
  ///   no file
  public record Solved(Optional<BaseImage> base, Snapshot root, List<Optional<Path>> changes) {
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
  private final Map<String, ContextView> namedFolders;
  private final Fetcher fetcher;
  private final Images images;
  private final Store store;
  private final Overlays overlays;
  private final BaseLayers layers;
  private final RunExecutor runs;
  private final CopyExecutor copies;
  private final ContextCopies contextCopies;
  private final Progress progress;
  private final Kernel kernel;
  private final ConcurrentMap<String, FutureTask<Path>> steps = new ConcurrentHashMap<>();
  private final AtomicInteger next = new AtomicInteger();

  /// @param namedFolders the folders of --build-context, by their names
  public Solver(
      ContextView context,
      Map<String, ContextView> namedFolders,
      Fetcher fetcher,
      Images images,
      Store store,
      Path scratch,
      OciRuntime runtime,
      Kernel kernel,
      RunSettings runSettings,
      Progress progress) {
    this.context = context;
    this.namedFolders = Map.copyOf(namedFolders);
    this.fetcher = fetcher;
    this.images = images;
    this.store = store;
    this.overlays = new Overlays(kernel.mounts(), scratch);
    this.layers = new BaseLayers(store, overlays, kernel);
    this.runs =
        new RunExecutor(
            runtime,
            new StepMounts.Shop(
                kernel,
                store,
                overlays,
                scratch,
                new CacheFolders(store),
                runSettings,
                new AtomicInteger()));
    this.contextCopies = new ContextCopies(store, kernel);
    this.copies = new CopyExecutor(kernel, fetcher);
    this.progress = progress;
    this.kernel = kernel;
  }

  /// Carries out the stages in their order and returns what the last one came to.
  public Solved solve(List<PlannedStage> stages)
      throws IOException, BuildException, InterruptedException {
    Earlier earlier = new Earlier(new HashMap<>());
    for (PlannedStage stage : stages) {
      earlier.stages().put(stage.index(), solve(stage, earlier));
    }
    return earlier.stage(stages.getLast().index()).solved();
  }

  /// A stage's result, and the digest of all that it depends on.
  private record Known(Solved solved, String key) {}

  /// The stages of one platform that are done.
  private record Earlier(Map<Integer, Known> stages) {
    Known stage(int index) {
      return Objects.requireNonNull(stages.get(index), "plans put a stage behind those it needs");
    }
  }

  private Known solve(PlannedStage stage, Earlier earlier)
      throws IOException, BuildException, InterruptedException {
    Optional<BaseImage> image = Optional.empty();
    Snapshot root;
    String key;
    List<Optional<Path>> changes = new ArrayList<>();
    switch (stage.base()) {
      case BaseReference.Scratch _ -> {
        root = Snapshot.EMPTY;
        key = "scratch";
      }
      case BaseReference.Stage other -> {
        Known below = earlier.stage(other.index());
        image = below.solved().base();
        root = below.solved().root();
        changes.addAll(below.solved().changes());
        key = below.key();
      }
      case BaseReference.Image name -> {
        BaseImage found = images.find(name, stage.platform());
        image = Optional.of(found);
        root = layers.unpack(found, note -> progress.note(stage.platform().toString(), note));
        key = "image " + root.folders();
      }
    }
    int number = 0;
    for (PlannedStep step : stage.steps()) {
      number++;
      Optional<Path> change = Optional.empty();
      if (step.makesLayer()) {
        String own = digest(stage.platform() + "\n" + description(step, stage, earlier));
        key = digest(key + "\n" + own);
        // What --link makes is the same wherever it is put.
        Path folder = once(isLinked(step) ? own : key, stage, step, number, root, earlier);
        change = Optional.of(folder);
        root = root.with(folder);
      }
      changes.add(change);
    }
    return new Known(new Solved(image, root, changes), key);
  }

  private static boolean isLinked(PlannedStep step) {
    return step instanceof PlannedStep.CopyStep copy && copy.options().link();
  }

  /// All that the step's result depends on, beside the root it works on; different steps never have
  /// the same text.
  private String description(PlannedStep step, PlannedStage stage, Earlier earlier)
      throws IOException, BuildException, InterruptedException {
    List<String> parts = new ArrayList<>();
    switch (step) {
      case PlannedStep.RunStep run -> {
        parts.addAll(List.of("run", run.workingDir(), run.user()));
        run.scripts().forEach(s -> parts.addAll(List.of("script", s.name(), s.content())));
        parts.add(String.valueOf(run.argv().size()));
        parts.addAll(run.argv());
        run.environment().forEach((name, value) -> parts.addAll(List.of(name, value)));
        parts.addAll(SetupText.of(run.setup(), source -> sourceText(source, stage, earlier)));
      }
      case PlannedStep.CopyStep copy -> {
        String source = sourceText(copy.source(), stage, earlier);
        parts.addAll(List.of("copy", source, copy.keyword(), copy.options().toString()));
        parts.add(copy.destination());
        parts.add(String.valueOf(copy.sources().size()));
        for (String one : copy.sources()) {
          parts.add(one);
          parts.add(identity(copy, one));
        }
        copy.documents().forEach(d -> parts.addAll(List.of(d.name(), d.content())));
      }
      case PlannedStep.WorkdirStep workdir ->
          parts.addAll(List.of("workdir", workdir.dir(), workdir.user()));
      case PlannedStep.MetadataStep _ ->
          throw new IllegalArgumentException("a step without a layer");
    }
    StringBuilder text = new StringBuilder();
    parts.forEach(part -> text.append(part.length()).append(':').append(part));
    return text.toString();
  }

  private static String sourceText(CopySource source, PlannedStage stage, Earlier earlier) {
    return switch (source) {
      case CopySource.Context _ -> "context";
      case CopySource.Folder folder -> "folder " + folder.name();
      case CopySource.Stage other -> "stage " + earlier.stage(other.index()).key();
      case CopySource.Image other -> "image " + stage.platform() + " " + other.reference().name();
    };
  }

  /// A remote source is known by its content, so it is fetched before the step begins.
  private String identity(PlannedStep.CopyStep step, String source)
      throws BuildException, InterruptedException {
    try {
      Optional<RemoteSource> remote = step.remote(source);
      return remote.isEmpty() ? "" : fetcher.fetch(remote.get(), step.options()).identity();
    } catch (IOException e) {
      throw new BuildException(step.location() + ": " + Failures.describe(e), e);
    }
  }

  private static String digest(String text) {
    return Digest.ofSha256(text.getBytes(StandardCharsets.UTF_8)).hex();
  }

  private Path once(
      String key, PlannedStage stage, PlannedStep step, int number, Snapshot below, Earlier earlier)
      throws IOException, BuildException, InterruptedException {
    FutureTask<Path> mine = new FutureTask<>(() -> execute(stage, step, number, below, earlier));
    FutureTask<Path> first = steps.putIfAbsent(key, mine);
    if (first == null) {
      mine.run();
      first = mine;
    }
    try {
      return first.get();
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

  private Path execute(
      PlannedStage stage, PlannedStep step, int number, Snapshot below, Earlier earlier)
      throws IOException, BuildException, InterruptedException {
    Progress.Step said = progress.begin(stage, step, number, stage.steps().size());
    long start = System.nanoTime();
    boolean done = false;
    Path folder = store.workFolder("step-" + next.incrementAndGet());
    try {
      carryOut(stage, step, below, earlier, folder, said);
      done = true;
    } catch (UncheckedIOException e) {
      throw new BuildException(step.location() + ": " + e.getMessage(), e);
    } catch (ClosedByInterruptException e) {
      InterruptedException interrupted = new InterruptedException();
      interrupted.initCause(e);
      throw interrupted;
    } catch (IOException e) {
      throw new BuildException(step.location() + ": " + Failures.describe(e), e);
    } finally {
      Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
      if (done) {
        said.done(elapsed);
      } else {
        said.failed(elapsed);
      }
    }
    return folder.resolve("fs");
  }

  private void carryOut(
      PlannedStage stage,
      PlannedStep step,
      Snapshot below,
      Earlier earlier,
      Path folder,
      Progress.Step said)
      throws IOException, BuildException, InterruptedException {
    if (step instanceof PlannedStep.CopyStep copy && copy.options().link()) {
      // Without an overlay no folder hides what is below it.
      Path root = Files.createDirectories(folder.resolve("fs"));
      Files.setAttribute(root, "unix:mode", 0755);
      copy(copy, stage, root, earlier, said);
      return;
    }
    try (Overlays.Mounted mounted = overlays.writable(below, folder)) {
      switch (step) {
        case PlannedStep.RunStep run ->
            runs.run(
                run, stage.platform(), mounted.root(), new Mounted(stage, earlier, said), said);
        case PlannedStep.CopyStep copy -> copy(copy, stage, mounted.root(), earlier, said);
        case PlannedStep.WorkdirStep workdir -> Workdirs.make(workdir, mounted.root(), kernel);
        case PlannedStep.MetadataStep _ ->
            throw new IllegalArgumentException("a step without a layer");
      }
    }
  }

  private void copy(
      PlannedStep.CopyStep step, PlannedStage stage, Path root, Earlier earlier, Progress.Step said)
      throws IOException, BuildException, InterruptedException {
    switch (step.source()) {
      case CopySource.Context _ -> copies.run(step, tree(context), root, said);
      case CopySource.Folder folder -> copies.run(step, tree(folder(folder)), root, said);
      case CopySource.Stage other ->
          copy(step, earlier.stage(other.index()).solved().root(), root, said);
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

  /// What the mounts of a stage's steps show.
  private final class Mounted implements MountSource.Finder {
    private final PlannedStage stage;
    private final Earlier earlier;
    private final Progress.Step said;

    Mounted(PlannedStage stage, Earlier earlier, Progress.Step said) {
      this.stage = stage;
      this.earlier = earlier;
      this.said = said;
    }

    @Override
    public MountSource find(CopySource source, String path) throws IOException, BuildException {
      return switch (source) {
        case CopySource.Context _ ->
            contextCopies.of(context, source.inWords(), path, said::warning);
        case CopySource.Folder folder ->
            contextCopies.of(folder(folder), source.inWords(), path, said::warning);
        case CopySource.Stage other ->
            new MountSource(earlier.stage(other.index()).solved().root(), path);
        case CopySource.Image other ->
            new MountSource(
                layers.unpack(
                    images.find(other.reference(), stage.platform()),
                    note -> progress.note(stage.platform().toString(), note)),
                path);
      };
    }

    @Override
    public String key(CopySource source) {
      return sourceText(source, stage, earlier);
    }
  }

  private ContextView folder(CopySource.Folder named) {
    return Objects.requireNonNull(namedFolders.get(named.name()), "plans name folders that are");
  }

  private static SourceTree tree(ContextView view) {
    return new SourceTree(view.root(), view::verdict, false);
  }

  private void copy(PlannedStep.CopyStep step, Snapshot source, Path root, Progress.Step said)
      throws IOException, BuildException, InterruptedException {
    try (Overlays.Mounted mounted = overlays.readable(source)) {
      copies.run(step, SourceTree.ofRoot(mounted.root()), root, said);
    }
  }
}
