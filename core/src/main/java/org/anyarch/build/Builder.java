package org.anyarch.build;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.anyarch.build.containerfile.Containerfile;
import org.anyarch.build.containerfile.ContainerfileException;
import org.anyarch.build.containerfile.IgnoreFile;
import org.anyarch.build.containerfile.Location;
import org.anyarch.build.export.ImageWriter;
import org.anyarch.build.fetch.Fetcher;
import org.anyarch.build.plan.BaseImages;
import org.anyarch.build.plan.BaseReference;
import org.anyarch.build.plan.CopySource;
import org.anyarch.build.plan.ImageSettings;
import org.anyarch.build.plan.Plan;
import org.anyarch.build.plan.PlanRequest;
import org.anyarch.build.plan.PlannedMount;
import org.anyarch.build.plan.PlannedStage;
import org.anyarch.build.plan.PlannedStep;
import org.anyarch.build.plan.Planner;
import org.anyarch.build.solve.BaseImage;
import org.anyarch.build.solve.ContextView;
import org.anyarch.build.solve.Solver;
import org.anyarch.build.solve.Store;
import org.anyarch.kernel.Failures;
import org.anyarch.kernel.Kernel;
import org.anyarch.oci.Descriptor;
import org.anyarch.oci.Index;
import org.anyarch.oci.Layout;
import org.anyarch.oci.MediaType;
import org.anyarch.platform.Platform;
import org.anyarch.session.OciRuntime;

/// Builds images. Has to run in a session whose handlers cover the platforms asked for.
///
/// The output is touched only when every platform is built: blobs are collected in the store first,
/// then linked or copied into the layout, and last of all the layout's index names the result.
public final class Builder {
  private final Store store;
  private final Path scratch;
  private final OciRuntime runtime;
  private final Kernel kernel;
  private final Progress progress;

  /// @param scratch a folder that ends with the session
  public Builder(Store store, Path scratch, OciRuntime runtime, Kernel kernel, Progress progress) {
    this.store = store;
    this.scratch = scratch;
    this.runtime = runtime;
    this.kernel = kernel;
    this.progress = progress;
  }

  /// Builds and returns the descriptor of what the layout now names: an index for several
  /// platforms, a manifest for one.
  public Descriptor build(BuildRequest request)
      throws BuildException, ContainerfileException, IOException, InterruptedException {
    Layout.check(request.output(), request.name());
    checkContext(request.context());
    Containerfile file = Containerfile.parse(request.containerfile(), request.fileName());
    Images images = new Images(request);
    IgnoreFile ignore = IgnoreFiles.read(request.context(), request.ignoreFile());
    Checks.report(file, request, ignore, images, progress);
    Map<Platform, List<PlannedStage>> plans = new LinkedHashMap<>();
    Set<String> warnings = new LinkedHashSet<>();
    for (Platform platform : request.platforms()) {
      Plan plan =
          Planner.plan(
              file,
              new PlanRequest(
                  platform,
                  Platform.host(),
                  request.buildArgs(),
                  request.target(),
                  images,
                  request.named().folders().keySet()));
      plans.put(platform, plan.stages());
      warnings.addAll(plan.warnings());
    }
    for (List<PlannedStage> stages : plans.values()) {
      requireCopied(stages, images);
    }
    warnings.forEach(warning -> progress.note("", "warning: " + warning));
    Solver solver =
        new Solver(
            contextView(request, request.context(), ignore),
            namedFolders(request),
            new Fetcher(store.workFolder("fetched"), request.environment()),
            images,
            store,
            scratch,
            runtime,
            kernel,
            request.runSettings(),
            progress);
    Layout staging = Layout.create(store.workFolder("export"));
    ImageWriter writer = new ImageWriter(staging, kernel, request.epoch());
    List<Descriptor> built = solveAll(request, plans, solver, writer);
    Descriptor result = built.size() == 1 ? built.getFirst() : index(staging, built);
    deliver(staging, result, request);
    return result;
  }

  /// A layout that this build began and cannot complete is taken away again.
  private static void deliver(Layout staging, Descriptor result, BuildRequest request)
      throws IOException {
    Layout output = Layout.create(request.output());
    try {
      output.copy(staging, result);
      output.tag(request.name(), result);
    } catch (ClosedByInterruptException e) {
      output.deleteIfNameless();
      throw e;
    } catch (IOException e) {
      output.deleteIfNameless();
      throw new IOException(
          "cannot write the image to " + request.output() + ": " + Failures.describe(e), e);
    }
  }

  /// Images that only a COPY or a mount names are looked for before the first step runs, as those
  /// of FROM are.
  private static void requireCopied(List<PlannedStage> stages, Images images)
      throws BuildException {
    for (PlannedStage stage : stages) {
      for (PlannedStep step : stage.steps()) {
        if (step instanceof PlannedStep.CopyStep copy
            && copy.source() instanceof CopySource.Image image) {
          requireImage(image, stage, step.location(), images);
        }
        if (step instanceof PlannedStep.RunStep run) {
          for (PlannedMount mount : run.setup().mounts()) {
            if (mount.source().orElse(null) instanceof CopySource.Image image) {
              requireImage(image, stage, mount.mount().location(), images);
            }
          }
        }
      }
    }
  }

  private static void requireImage(
      CopySource.Image image, PlannedStage stage, Location location, Images images)
      throws BuildException {
    try {
      images.find(image.reference(), stage.platform());
    } catch (BuildException | IOException e) {
      throw new BuildException(location + ": " + e.getMessage(), e);
    }
  }

  private static void checkContext(Path context) throws BuildException {
    if (!Files.isDirectory(context)) {
      throw new BuildException("the context " + context + " is not a folder");
    }
    if (!Files.isReadable(context) || !Files.isExecutable(context)) {
      throw new BuildException(
          "the context " + context + " cannot be read: Permission denied (EACCES)");
    }
  }

  private Map<String, ContextView> namedFolders(BuildRequest request)
      throws IOException, ContainerfileException {
    Map<String, ContextView> views = new HashMap<>();
    for (Map.Entry<String, Path> named : request.named().folders().entrySet()) {
      Path folder = named.getValue();
      IgnoreFile ignore = IgnoreFiles.read(folder, folder.resolve(".dockerignore"));
      views.put(named.getKey(), contextView(request, folder, ignore));
    }
    return views;
  }

  /// The output and anyarch's own folder are no input, wherever they are.
  private ContextView contextView(BuildRequest request, Path folder, IgnoreFile ignore)
      throws IOException {
    List<Path> own = new ArrayList<>();
    for (Path path : List.of(store.home(), request.output())) {
      if (Files.isDirectory(path)
          && path.toRealPath().startsWith(folder)
          && !path.toRealPath().equals(folder)) {
        own.add(path.toRealPath());
        progress.note("", "not part of the context, since this build writes there: " + path);
      }
    }
    return new ContextView(folder, ignore, own);
  }

  private static Descriptor index(Layout layout, List<Descriptor> manifests) throws IOException {
    return layout.put(MediaType.INDEX, Index.of(manifests).bytes());
  }

  private record Built(Platform platform, Descriptor image) {}

  /// One thread a platform, as many at a time as there are cores; the first failure ends the
  /// others.
  private List<Descriptor> solveAll(
      BuildRequest request,
      Map<Platform, List<PlannedStage>> plans,
      Solver solver,
      ImageWriter writer)
      throws BuildException, IOException, InterruptedException {
    int cores = Runtime.getRuntime().availableProcessors();
    Map<Platform, Descriptor> built = new HashMap<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(Math.min(cores, plans.size()))) {
      ExecutorCompletionService<Built> service = new ExecutorCompletionService<>(threads);
      plans.forEach(
          (platform, stages) -> service.submit(() -> build(platform, stages, solver, writer)));
      try {
        while (built.size() < plans.size()) {
          Built next = service.take().get();
          built.put(next.platform(), next.image());
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

  private Built build(
      Platform platform, List<PlannedStage> stages, Solver solver, ImageWriter writer)
      throws BuildException, IOException, InterruptedException {
    Solver.Solved solved = solver.solve(stages);
    return new Built(
        platform,
        writer.write(chain(stages), solved, note -> progress.note(platform.toString(), note)));
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

  /// The images that this build's FROM and COPY --from name.
  private record Images(BuildRequest request) implements Solver.Images, BaseImages {
    @Override
    public BaseImage find(BaseReference.Image reference, Platform platform)
        throws IOException, BuildException {
      return locate(reference).open(platform);
    }

    @Override
    public ImageSettings settings(BaseReference.Image reference, Platform platform)
        throws IOException {
      try {
        return Settings.of(find(reference, platform).config());
      } catch (BuildException e) {
        throw new IOException(e.getMessage(), e);
      }
    }

    private ImageReference locate(BaseReference.Image image) throws BuildException {
      ImageReference named = request.named().images().get(image.name());
      if (named != null) {
        return named;
      }
      try {
        return ImageReference.parse(image.name(), request.context());
      } catch (BuildException e) {
        throw new BuildException(
            e.getMessage() + ", or give --build-context " + image.name() + "=oci-layout://DIR", e);
      }
    }
  }
}
