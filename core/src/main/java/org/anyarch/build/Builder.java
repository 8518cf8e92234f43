package org.anyarch.build;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.anyarch.build.containerfile.Containerfile;
import org.anyarch.build.containerfile.ContainerfileException;
import org.anyarch.build.containerfile.IgnoreFile;
import org.anyarch.build.export.ImageOptions.Place;
import org.anyarch.build.export.ImageWriter;
import org.anyarch.build.fetch.Fetcher;
import org.anyarch.build.plan.BaseReference;
import org.anyarch.build.plan.Plan;
import org.anyarch.build.plan.PlannedStage;
import org.anyarch.build.solve.Capacity;
import org.anyarch.build.solve.RunMeans;
import org.anyarch.build.solve.Solver;
import org.anyarch.build.solve.StepCache;
import org.anyarch.build.solve.Store;
import org.anyarch.kernel.Failures;
import org.anyarch.kernel.Kernel;
import org.anyarch.oci.Descriptor;
import org.anyarch.oci.Index;
import org.anyarch.oci.Layout;
import org.anyarch.oci.MediaType;
import org.anyarch.platform.Platform;
import org.anyarch.session.ControlGroups;
import org.anyarch.session.OciRuntime;
import org.anyarch.session.Resources;
import org.anyarch.session.Scratch;
import org.anyarch.session.Session;
import org.anyarch.session.SessionException;

/// Builds images. Has to run in a session whose handlers cover the platforms asked for.
///
/// The output is touched only when every platform is built: blobs are collected in the store first,
/// then linked or copied into the layout, and last of all the layout's index names the result.
public final class Builder implements AutoCloseable {
  private final Store store;
  private final Scratch scratch;
  private final RunMeans means;
  private final Kernel kernel;
  private final Progress progress;

  private Builder(Store store, Scratch scratch, RunMeans means, Kernel kernel, Progress progress) {
    this.store = store;
    this.scratch = scratch;
    this.means = means;
    this.kernel = kernel;
    this.progress = progress;
  }

  /// Sees to it that foreign programs run in the session.
  public interface Handlers {
    /// Called before the first RUN step runs.
    ///
    /// @throws SessionException if they cannot be run; the message says what to do
    void enable() throws SessionException, IOException, InterruptedException;
  }

  /// A builder in the session that this process runs in, in which foreign programs run already; for
  /// one build at a time.
  ///
  /// @param environment says which OCI runtime to use
  /// @throws SessionException if there is no session
  public static Builder in(
      Store store, Map<String, String> environment, Kernel kernel, Progress progress)
      throws SessionException, IOException {
    return in(store, environment, kernel, progress, () -> {});
  }

  /// A builder in the session that this process runs in; for one build at a time.
  ///
  /// @param environment says which OCI runtime to use
  /// @throws SessionException if there is no session
  public static Builder in(
      Store store,
      Map<String, String> environment,
      Kernel kernel,
      Progress progress,
      Handlers handlers)
      throws SessionException, IOException {
    Session.requireInside(environment, Path.of("/proc"));
    Scratch scratch = Scratch.mount(store.home().resolve("run"), kernel.mounts());
    RunMeans means =
        () -> {
          OciRuntime runtime = OciRuntime.find(environment, scratch.folder().resolve("runtime"));
          handlers.enable();
          return runtime;
        };
    return new Builder(store, scratch, means, kernel, progress);
  }

  /// Lets go of what it has mounted.
  @Override
  public void close() throws IOException {
    scratch.close();
  }

  /// Builds and returns the descriptor of what the layout now names: an index for several
  /// platforms, a manifest for one.
  ///
  /// @param registries images of registries
  /// @throws BuildException if a step fails, or the request asks for what cannot be
  /// @throws ContainerfileException that tells what is wrong with the Containerfile, and where
  /// @throws InterruptedException if this thread is interrupted: what runs is ended, and the output
  ///   is as it was
  public Descriptor build(BuildRequest request, RegistryImages registries)
      throws BuildException, ContainerfileException, IOException, InterruptedException {
    try {
      return uninterrupted(request, registries);
    } catch (BuildException | ContainerfileException e) {
      // An image of a registry was asked for when the interrupt came.
      if (Thread.interrupted()) {
        InterruptedException interrupted = new InterruptedException();
        interrupted.initCause(e);
        throw interrupted;
      }
      throw e;
    } catch (ClosedByInterruptException | FileLockInterruptionException e) {
      // What an interrupt makes of reading a file and of waiting for a lock; it leaves its mark on
      // the thread, which the exception stands for.
      Thread.interrupted();
      InterruptedException interrupted = new InterruptedException();
      interrupted.initCause(e);
      throw interrupted;
    } catch (IOException e) {
      if (!store.isFull()) {
        throw e;
      }
      // A failed write says neither of which file nor what helps.
      throw new BuildException(
          "no space left on the disk of "
              + store.home()
              + ", or hardly any ("
              + Failures.describe(e)
              + "); anyarch cache prune frees some",
          e);
    }
  }

  private Descriptor uninterrupted(BuildRequest request, RegistryImages registries)
      throws BuildException, ContainerfileException, IOException, InterruptedException {
    BuildRequest.Input input = request.input();
    BuildRequest.Output output = request.output();
    Layout.check(output.folder(), output.name());
    ContextViews.check(input.context());
    Optional<ControlGroups> groups = groups(request.runSettings().resources());
    OciRuntime.leaveControlGroupsAlone(kernel.mounts());
    Containerfile file = Containerfile.parse(input.containerfile(), input.fileName());
    NamedImages images = new NamedImages(request.named(), input.context(), registries);
    IgnoreFile ignore = IgnoreFiles.read(input.context(), input.ignoreFile());
    Checks.report(file, request, registries, ignore, progress);
    Map<Platform, List<PlannedStage>> plans = plans(request, registries, file, images);
    requireKnown(request, plans);
    ContextViews views = new ContextViews(List.of(store.home(), output.folder()), progress);
    Solver solver =
        new Solver(
            new Solver.Inputs(
                views.of(input.context(), ignore),
                views.of(request.named().folders()),
                new Fetcher(store.workFolder("fetched"), request.environment(), progress),
                images),
            new Solver.Ground(store, scratch.folder(), means, groups, kernel, progress),
            request.runSettings(),
            request.cache(),
            output.epoch(),
            Capacity.ofThisMachine().steps());
    Layout staging = Layout.staging(store.workFolder("export"));
    ImageWriter writer =
        new ImageWriter(
            staging,
            output.folder(),
            kernel.xattrs(),
            output.epoch(),
            new StepCache(store, kernel.xattrs()),
            output.options());
    List<Descriptor> built;
    try {
      built = solveAll(request, plans, solver, writer);
    } finally {
      solver.close();
    }
    Descriptor result =
        built.size() == 1
            ? built.getFirst()
            : staging.put(
                MediaType.INDEX,
                new Index(MediaType.INDEX, built, output.options().at(Place.INDEX)).bytes());
    deliver(staging, result, output);
    return result;
  }

  private Optional<ControlGroups> groups(Resources limits) throws BuildException, IOException {
    if (limits.isUnlimited()) {
      return Optional.empty();
    }
    try {
      ControlGroups groups = ControlGroups.open(limits, scratch.folder(), kernel.mounts());
      groups.sweep(store.owner(), store::hasSession);
      return Optional.of(groups);
    } catch (SessionException e) {
      throw BuildException.unsupported(String.valueOf(e.getMessage()), e);
    }
  }

  private Map<Platform, List<PlannedStage>> plans(
      BuildRequest request, RegistryImages registries, Containerfile file, NamedImages images)
      throws BuildException, ContainerfileException {
    Map<Platform, List<PlannedStage>> plans = new LinkedHashMap<>();
    Set<String> warnings = new LinkedHashSet<>();
    for (Platform platform : request.platforms()) {
      Plan plan = Plans.of(request, registries).plan(file, platform);
      plans.put(platform, plan.stages());
      warnings.addAll(plan.warnings());
    }
    for (List<PlannedStage> stages : plans.values()) {
      images.requireCopied(stages);
    }
    warnings.forEach(warning -> progress.note("", "warning: " + warning));
    return plans;
  }

  /// What names something that is not there would silently do nothing.
  private static void requireKnown(BuildRequest request, Map<Platform, List<PlannedStage>> plans)
      throws BuildException {
    Set<Platform> annotated = new LinkedHashSet<>(request.output().options().platforms());
    request.platforms().forEach(platform -> annotated.remove(platform.normalized()));
    if (!annotated.isEmpty()) {
      throw new BuildException("an annotation is for " + annotated + ", which is not built");
    }
    if (request.platforms().size() == 1 && !request.output().options().at(Place.INDEX).isEmpty()) {
      throw new BuildException(
          "an annotation is for an index, but one platform makes an image without an index");
    }
    Set<String> stages = new LinkedHashSet<>(request.cache().renewed());
    plans.values().stream()
        .flatMap(List::stream)
        .forEach(stage -> stages.remove(stage.name().toLowerCase(Locale.ROOT)));
    if (!stages.isEmpty()) {
      throw new BuildException("--no-cache-filter: this build needs no stage " + stages);
    }
  }

  /// A layout that this build began and cannot complete is taken away again.
  private void deliver(Layout staging, Descriptor result, BuildRequest.Output wanted)
      throws IOException {
    Layout output = Layout.create(wanted.folder());
    try (Meter read =
        new Meter(progress.transfer("", "writing " + wanted.folder(), OptionalLong.empty()))) {
      output.copy(staging, result, read);
      Descriptor named = result;
      for (var entry : wanted.options().at(Place.INDEX_DESCRIPTOR).entrySet()) {
        named = named.withAnnotation(entry.getKey(), entry.getValue());
      }
      output.tag(wanted.name(), named);
    } catch (ClosedByInterruptException | FileLockInterruptionException e) {
      output.deleteIfNameless();
      throw e;
    } catch (IOException e) {
      output.deleteIfNameless();
      throw new IOException(
          "cannot write the image to " + wanted.folder() + ": " + Failures.describe(e), e);
    }
  }

  private record Built(Platform platform, Descriptor image) {}

  /// A thread a stage, of which as many work as there are cores; the first failure ends the others.
  private List<Descriptor> solveAll(
      BuildRequest request,
      Map<Platform, List<PlannedStage>> plans,
      Solver solver,
      ImageWriter writer)
      throws BuildException, IOException, InterruptedException {
    Map<Platform, Descriptor> built = new HashMap<>();
    int tasks = 0;
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      ExecutorCompletionService<Optional<Built>> service = new ExecutorCompletionService<>(threads);
      for (Map.Entry<Platform, List<PlannedStage>> plan : plans.entrySet()) {
        List<Callable<Solver.Solved>> stages = solver.tasks(plan.getValue());
        for (Callable<Solver.Solved> stage : stages.subList(0, stages.size() - 1)) {
          service.submit(
              () -> {
                stage.call();
                return Optional.empty();
              });
        }
        service.submit(
            () ->
                Optional.of(
                    write(plan.getKey(), plan.getValue(), stages.getLast().call(), writer)));
        tasks += stages.size();
      }
      try {
        for (int i = 0; i < tasks; i++) {
          service.take().get().ifPresent(next -> built.put(next.platform(), next.image()));
        }
      } catch (ExecutionException e) {
        threads.shutdownNow();
        throw rethrow(e);
      } catch (InterruptedException e) {
        threads.shutdownNow();
        throw e;
      }
    }
    List<Descriptor> ordered = new ArrayList<>();
    for (Platform platform : request.platforms()) {
      ordered.add(Objects.requireNonNull(built.get(platform)));
    }
    return ordered;
  }

  private Built write(
      Platform platform, List<PlannedStage> stages, Solver.Solved solved, ImageWriter writer)
      throws IOException {
    return new Built(platform, writer.write(chain(stages), solved, progress));
  }

  private static BuildException rethrow(ExecutionException failure)
      throws BuildException, IOException, InterruptedException {
    switch (failure.getCause()) {
      case BuildException build -> throw build;
      case IOException io -> throw io;
      case InterruptedException interrupted -> throw interrupted;
      case RuntimeException bug -> throw bug;
      case Error bug -> throw bug;
      case null, default -> throw new IllegalStateException(failure);
    }
  }

  /// The last stage and the stages it is made FROM, the oldest first.
  private static List<PlannedStage> chain(List<PlannedStage> stages) {
    List<PlannedStage> chain = new ArrayList<>();
    PlannedStage stage = stages.getLast();
    chain.add(stage);
    while (stage.base() instanceof BaseReference.Stage below) {
      PlannedStage found =
          stages.stream().filter(s -> s.index() == below.index()).findFirst().orElseThrow();
      chain.addFirst(found);
      stage = found;
    }
    return chain;
  }
}
