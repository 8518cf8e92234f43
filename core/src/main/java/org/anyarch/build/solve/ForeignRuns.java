package org.anyarch.build.solve;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import org.anyarch.build.BuildException;
import org.anyarch.build.Progress;
import org.anyarch.build.containerfile.Mount;
import org.anyarch.build.plan.PlannedStep;
import org.anyarch.kernel.Failures;
import org.anyarch.platform.Platform;
import org.anyarch.session.ContainerSpec;
import org.anyarch.twins.Execs;
import org.anyarch.twins.Origins;
import org.anyarch.twins.Showing;
import org.anyarch.twins.UsedTwin;
import org.jspecify.annotations.Nullable;

/// Runs steps of foreign platforms with native twins, and those that are to be verified a second
/// time without.
final class ForeignRuns implements AutoCloseable {
  /// A step that took longer is not verified unless all are: emulated, it would take many times as
  /// long.
  private static final Duration LONGEST = Duration.ofMinutes(1);

  private final Solver.Ground ground;
  private final Overlays overlays;
  private final RunExecutor runs;
  private final StepTwins twins;
  private final Inspection inspection;
  private final Verification verification;
  private final AtomicInteger next = new AtomicInteger();

  ForeignRuns(
      Solver.Ground ground,
      Overlays overlays,
      RunExecutor runs,
      StepTwins twins,
      Inspection inspection) {
    this.ground = ground;
    this.overlays = overlays;
    this.runs = runs;
    this.twins = twins;
    this.inspection = inspection;
    this.verification = new Verification(ground, twins.bans(), inspection.all());
  }

  /// A step to be run.
  ///
  /// @param below what it runs on, `snapshot` the same as folders
  /// @param key what it is known by
  record Job(
      PlannedStep.RunStep step,
      Platform platform,
      Stages.Root below,
      Snapshot snapshot,
      MountSource.Finder finder,
      String key) {}

  /// What running it once came to.
  ///
  /// @param folder that holds what it changed
  /// @param substituted whether there was a twin that is compatible only
  /// @param origins where packages of twins come from, for the steps behind it
  record Attempt(
      Path folder,
      Spans made,
      Execs execs,
      List<UsedTwin> used,
      boolean substituted,
      Origins origins,
      Optional<BuildException> failure) {
    TreeComparison.Side side() {
      return new TreeComparison.Side(folder.resolve(StepCache.FILES), made);
    }
  }

  /// @param folder to be filled
  /// @return the folder that holds what the step changed: the given one, unless a twin was wrong
  Path run(Job job, Path folder, Progress.Step said)
      throws IOException, BuildException, InterruptedException {
    long start = System.nanoTime();
    Attempt first = attempt(job, folder, true, said);
    said.started(first.execs());
    boolean verified =
        first.execs().nativeCount() > 0
            && (inspection.all()
                || (inspection.chooses(job.key())
                    && first.failure().isEmpty()
                    && !first.substituted()
                    && isHarmless(job.step())
                    && System.nanoTime() - start < LONGEST.toNanos()));
    Attempt result = verified ? verification.of(job, first, repeats(job), said) : first;
    if (result.failure().isPresent()) {
      throw result.failure().get();
    }
    UsedTwins.write(result.folder(), result.used());
    first.origins().write(result.folder().resolve(StepTwins.ORIGINS));
    return result.folder();
  }

  /// Whether nobody notices if the step runs twice: what it may reach in another's name could, and
  /// a cache is no longer what it was.
  private static boolean isHarmless(PlannedStep.RunStep step) {
    return step.setup().mounts().stream()
        .noneMatch(
            planned ->
                planned.mount() instanceof Mount.Secret
                    || planned.mount() instanceof Mount.Ssh
                    || planned.mount() instanceof Mount.Cache);
  }

  private Attempt attempt(Job job, Path folder, boolean accelerated, Progress.Step said)
      throws IOException, BuildException, InterruptedException {
    var from = ground.store().fileTime();
    runs.ready();
    Path work = ground.store().workFolder("execs").resolve(String.valueOf(next.incrementAndGet()));
    try (Overlays.Mounted mounted = overlays.writable(job.snapshot(), folder);
        StepExecs notes = StepExecs.in(work);
        Showing showing = accelerated ? show(job, mounted.root()) : null) {
      List<ContainerSpec.Bind> shown = showing == null ? List.of() : binds(showing);
      AtomicReference<ExecSampler> sampler = new AtomicReference<>();
      LongConsumer started =
          inspection.sampled() && accelerated
              ? process -> sampler.set(ExecSampler.below(process))
              : _ -> {};
      Optional<BuildException> failure = Optional.empty();
      try {
        runs.run(
            job.step(),
            job.platform(),
            new RunExecutor.Place(mounted.root(), notes.among(shown), started),
            job.finder(),
            said);
      } catch (BuildException e) {
        if (e.isUnsupported()) {
          throw e;
        }
        failure = Optional.of(e);
      } finally {
        if (sampler.get() != null) {
          sampler.get().close();
        }
      }
      Spans made = Spans.between(from, ground.store().fileTime());
      if (showing != null && failure.isEmpty()) {
        showing.settle();
      }
      Execs execs = sampler.get() == null ? notes.read() : notes.read(sampler.get().samples());
      return new Attempt(
          folder,
          made,
          showing != null && inspection.sampled() ? showing.explained(execs) : execs,
          showing == null ? List.of() : showing.used(execs),
          showing != null && showing.isSubstituted(),
          showing == null ? Origins.NONE : showing.origins(),
          failure);
    }
  }

  private @Nullable Showing show(Job job, Path root)
      throws IOException, BuildException, InterruptedException {
    boolean online = runs.hasHostNetwork(job.step());
    try {
      return twins.show(job.below(), job.platform(), root, online);
    } catch (IOException e) {
      doWithout(e);
      return null;
    }
  }

  private List<ContainerSpec.Bind> binds(Showing showing) throws IOException, InterruptedException {
    try {
      return twins.binds(showing);
    } catch (IOException e) {
      doWithout(e);
      return List.of();
    }
  }

  /// What twins lack, space on a disk for instance, is missing to no step.
  private void doWithout(IOException failure) throws IOException {
    if (failure instanceof ClosedByInterruptException) {
      throw failure;
    }
    ground.progress().note("", "no native twins: " + Failures.describe(failure));
  }

  @Override
  public void close() {
    twins.close();
  }

  /// The same step on the same snapshot, from which nobody hears anything.
  private Verification.Repeats repeats(Job job) {
    return accelerated ->
        attempt(
            job,
            ground.store().workFolder("verified-" + next.incrementAndGet()),
            accelerated,
            new Progress.Step() {});
  }
}
