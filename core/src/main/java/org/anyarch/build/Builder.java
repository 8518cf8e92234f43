package org.anyarch.build;

import java.io.IOException;
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
import org.anyarch.build.export.ImageWriter;
import org.anyarch.build.plan.BaseImages;
import org.anyarch.build.plan.BaseReference;
import org.anyarch.build.plan.ImageSettings;
import org.anyarch.build.plan.Plan;
import org.anyarch.build.plan.PlanRequest;
import org.anyarch.build.plan.PlannedStage;
import org.anyarch.build.plan.Planner;
import org.anyarch.build.solve.BaseImage;
import org.anyarch.build.solve.Solver;
import org.anyarch.build.solve.Store;
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
    Map<Platform, List<PlannedStage>> plans = new LinkedHashMap<>();
    Set<String> warnings = new LinkedHashSet<>();
    for (Platform platform : request.platforms()) {
      Plan plan =
          Planner.plan(
              file,
              new PlanRequest(
                  platform, Platform.host(), request.buildArgs(), request.target(), images));
      plans.put(platform, plan.stages());
      warnings.addAll(plan.warnings());
    }
    warnings.forEach(warning -> progress.note("", "warning: " + warning));
    IgnoreFile ignore = ignoreFile(request.context());
    Solver solver =
        new Solver(
            new Solver.Context(
                request.context(),
                path -> ignore.excludes(request.context().relativize(path).toString())),
            images,
            store,
            scratch,
            runtime,
            kernel,
            progress);
    Layout staging = Layout.create(store.workFolder("export"));
    ImageWriter writer = new ImageWriter(staging, kernel, request.epoch());
    List<Descriptor> built = solveAll(request, plans, solver, writer);
    Descriptor result = built.size() == 1 ? built.getFirst() : index(staging, built);
    Layout output = Layout.create(request.output());
    output.copy(staging, result);
    output.tag(request.name(), result);
    return result;
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

  private static IgnoreFile ignoreFile(Path context) throws IOException, ContainerfileException {
    Path file = context.resolve(".dockerignore");
    return IgnoreFile.parse(Files.isRegularFile(file) ? Files.readString(file) : "");
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
      ImageReference named = request.namedContexts().get(image.name());
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
