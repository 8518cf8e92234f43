package org.anyarch.build.solve;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.anyarch.build.BuildException;
import org.anyarch.build.Progress;
import org.anyarch.build.plan.CopySource;
import org.anyarch.build.plan.PlannedStage;
import org.anyarch.build.plan.PlannedStep;
import org.anyarch.kernel.Failures;
import org.anyarch.twins.Mode;

/// Carries out single steps, each on a mounted root whose changes are collected in a folder.
final class StepRunner implements AutoCloseable {
  private final Solver.Ground ground;
  private final Contexts contexts;
  private final Solver.Images images;
  private final SourceKeys keys;
  private final Overlays overlays;
  private final BaseLayers layers;
  private final ContextCopies contextCopies;
  private final RunExecutor runs;
  private final CopyExecutor copies;
  private final Optional<ForeignRuns> foreign;
  private final AtomicInteger next = new AtomicInteger();

  StepRunner(
      Solver.Ground ground,
      Contexts contexts,
      Solver.Inputs inputs,
      SourceKeys keys,
      RunSettings settings)
      throws IOException {
    this.ground = ground;
    this.contexts = contexts;
    this.images = inputs.images();
    this.keys = keys;
    this.overlays = new Overlays(ground.kernel().mounts(), ground.scratch());
    this.layers = new BaseLayers(ground.store(), overlays, ground.kernel());
    this.contextCopies = new ContextCopies(ground.store(), ground.kernel(), contexts.times());
    this.runs =
        new RunExecutor(
            ground.means(),
            ground.groups(),
            new StepMounts.Shop(
                ground.kernel(),
                ground.store(),
                overlays,
                ground.scratch(),
                new CacheFolders(ground.store()),
                settings,
                new AtomicInteger()));
    this.foreign =
        settings.mode() != Mode.OFF
            ? Optional.of(
                new ForeignRuns(
                    ground,
                    overlays,
                    runs,
                    new StepTwins(ground, settings.mode(), overlays, layers, inputs.fetcher()),
                    settings.inspection()))
            : Optional.empty();
    this.copies = new CopyExecutor(ground.kernel(), inputs.fetcher());
  }

  /// A step in its place.
  ///
  /// @param key what it is known by
  record Work(
      PlannedStage stage,
      PlannedStep step,
      int number,
      Stages.Root below,
      Stages stages,
      String key) {}

  /// @return the folder that holds what the step changed, in `fs`
  Path run(Work work) throws IOException, BuildException, InterruptedException {
    Progress.Step said = ground.progress().begin(place(work.stage(), work.step(), work.number()));
    long start = System.nanoTime();
    Path folder = ground.store().workFolder("step-" + next.incrementAndGet());
    try {
      Path made = carryOut(work, folder, said);
      said.done(since(start));
      return made;
    } catch (InterruptedException | ClosedByInterruptException | FileLockInterruptionException e) {
      said.stopped(since(start));
      throw e;
    } catch (IOException e) {
      said.failed(since(start), Failures.describe(e));
      throw e;
    } catch (RuntimeException | Error e) {
      said.failed(since(start), String.valueOf(e));
      throw e;
    } catch (BuildException e) {
      said.failed(since(start), String.valueOf(e.getMessage()));
      throw ground.store().isFull()
          ? new BuildException(
              e.getMessage()
                  + "\nthere is no space left on the disk of "
                  + ground.store().home()
                  + "; anyarch cache prune frees some",
              e)
          : e;
    }
  }

  @Override
  public void close() {
    foreign.ifPresent(ForeignRuns::close);
  }

  static Progress.Place place(PlannedStage stage, PlannedStep step, int number) {
    return new Progress.Place(
        stage.platform(), stage.name(), number, stage.steps().size(), step.text());
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private Path carryOut(Work work, Path folder, Progress.Step said)
      throws IOException, BuildException, InterruptedException {
    PlannedStage stage = work.stage();
    PlannedStep step = work.step();
    Stages stages = work.stages();
    if (step instanceof PlannedStep.CopyStep copy && copy.options().link()) {
      // Without an overlay no folder hides what is below it.
      Path root = Files.createDirectories(folder.resolve(StepCache.FILES));
      Files.setAttribute(root, "unix:mode", 0755);
      copy(copy, stage, root, stages, said);
      return folder;
    }
    Snapshot below = snapshot(work.below(), stage);
    if (step instanceof PlannedStep.RunStep run
        && foreign.isPresent()
        && RootTwins.foreign(stage.platform()).isPresent()) {
      return foreign
          .get()
          .run(
              new ForeignRuns.Job(
                  run,
                  stage.platform(),
                  work.below(),
                  below,
                  new Mounted(stage, stages, said),
                  work.key()),
              folder,
              said);
    }
    try (Overlays.Mounted mounted = overlays.writable(below, folder)) {
      switch (step) {
        case PlannedStep.RunStep run ->
            runs.run(
                run,
                stage.platform(),
                new RunExecutor.Place(mounted.root()),
                new Mounted(stage, stages, said),
                said);
        case PlannedStep.CopyStep copy -> copy(copy, stage, mounted.root(), stages, said);
        case PlannedStep.WorkdirStep workdir ->
            Workdirs.make(workdir, mounted.root(), ground.kernel());
        case PlannedStep.MetadataStep _ ->
            throw new IllegalArgumentException("a step without a layer");
      }
    }
    return folder;
  }

  private Snapshot snapshot(Stages.Root root, PlannedStage stage)
      throws IOException, InterruptedException {
    Snapshot snapshot = Snapshot.EMPTY;
    if (root.base().isPresent()) {
      snapshot = layers.unpack(root.base().get(), stage.platform(), ground.progress());
    }
    for (StepCache.Kept change : root.changes()) {
      snapshot = snapshot.with(change.folder());
    }
    return snapshot;
  }

  private Snapshot snapshot(CopySource.Image image, PlannedStage stage)
      throws IOException, BuildException, InterruptedException {
    return layers.unpack(
        images.find(image.reference(), stage.platform()), stage.platform(), ground.progress());
  }

  private Snapshot snapshot(CopySource.Stage other, PlannedStage stage, Stages stages)
      throws IOException, BuildException, InterruptedException {
    return snapshot(stages.stage(other.index()).root(), stage);
  }

  private void copy(
      PlannedStep.CopyStep step, PlannedStage stage, Path root, Stages stages, Progress.Step said)
      throws IOException, BuildException, InterruptedException {
    switch (step.source()) {
      case CopySource.Context _, CopySource.Folder _ ->
          copies.run(
              step,
              SourceTree.ofContext(contexts.view(step.source()).orElseThrow(), contexts.times()),
              root,
              said);
      case CopySource.Stage other -> copy(step, snapshot(other, stage, stages), root, said);
      case CopySource.Image other -> copy(step, snapshot(other, stage), root, said);
    }
  }

  private void copy(PlannedStep.CopyStep step, Snapshot source, Path root, Progress.Step said)
      throws IOException, BuildException, InterruptedException {
    try (Overlays.Mounted mounted = overlays.readable(source)) {
      copies.run(step, SourceTree.ofRoot(mounted.root()), root, said);
    }
  }

  /// What the mounts of a stage's steps show.
  private final class Mounted implements MountSource.Finder {
    private final PlannedStage stage;
    private final Stages stages;
    private final Progress.Step said;

    Mounted(PlannedStage stage, Stages stages, Progress.Step said) {
      this.stage = stage;
      this.stages = stages;
      this.said = said;
    }

    @Override
    public MountSource find(CopySource source, String path)
        throws IOException, BuildException, InterruptedException {
      return switch (source) {
        case CopySource.Context _, CopySource.Folder _ ->
            contextCopies.of(
                contexts.view(source).orElseThrow(), source.inWords(), path, said::warning);
        case CopySource.Stage other -> new MountSource(snapshot(other, stage, stages), path);
        case CopySource.Image other -> new MountSource(snapshot(other, stage), path);
      };
    }

    @Override
    public String key(CopySource source) throws IOException, BuildException, InterruptedException {
      return keys.name(source, stage, stages);
    }
  }
}
