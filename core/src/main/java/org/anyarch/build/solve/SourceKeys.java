package org.anyarch.build.solve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.FutureTask;
import org.anyarch.build.BuildException;
import org.anyarch.build.Meter;
import org.anyarch.build.Progress;
import org.anyarch.build.containerfile.Mount;
import org.anyarch.build.fetch.Fetcher;
import org.anyarch.build.plan.CopySource;
import org.anyarch.build.plan.PlannedMount;
import org.anyarch.build.plan.PlannedStage;
import org.anyarch.build.plan.PlannedStep;
import org.anyarch.build.plan.RemoteSource;
import org.anyarch.kernel.Kernel;
import org.anyarch.oci.RootPath;

/// What keys say of the files that a step takes from elsewhere: of contexts and of the network what
/// is in them, of stages and images what these are known by.
final class SourceKeys {
  /// Files of a context that a step takes.
  private sealed interface Wanted {
    record ByCopy(ContextView view, PlannedStep.CopyStep step) implements Wanted {}

    record ByMount(ContextView view, String path) implements Wanted {}
  }

  private interface Digests {
    String of(Wanted wanted) throws IOException, BuildException, InterruptedException;
  }

  private final Contexts contexts;
  private final Solver.Images images;
  private final Fetcher fetcher;
  private final RunSettings settings;
  private final Kernel kernel;
  private final Progress progress;
  private final int cores;
  private final ConcurrentMap<Wanted, FutureTask<String>> known = new ConcurrentHashMap<>();

  /// @param cores how many files to read at once
  SourceKeys(
      Contexts contexts,
      Solver.Inputs inputs,
      RunSettings settings,
      Solver.Ground ground,
      int cores) {
    this.contexts = contexts;
    this.images = inputs.images();
    this.fetcher = inputs.fetcher();
    this.settings = settings;
    this.kernel = ground.kernel();
    this.progress = ground.progress();
    this.cores = cores;
  }

  /// What a key says beside the step itself; files of contexts are looked at once a build.
  String of(PlannedStep step, PlannedStage stage, Stages stages)
      throws IOException, BuildException, InterruptedException {
    return text(
        step, stage, stages, wanted -> Tasks.once(known, wanted, () -> contentDigest(wanted)));
  }

  /// Whether the step takes files that may change while it does.
  boolean mayChange(PlannedStep step) {
    return switch (step) {
      case PlannedStep.CopyStep copy -> contexts.view(copy.source()).isPresent();
      case PlannedStep.RunStep run ->
          run.setup().mounts().stream()
              .flatMap(mount -> mount.source().stream())
              .anyMatch(source -> contexts.view(source).isPresent());
      case PlannedStep.WorkdirStep _, PlannedStep.MetadataStep _ -> false;
    };
  }

  /// As [#of], with the files of contexts as they are now.
  String anew(PlannedStep step, PlannedStage stage, Stages stages)
      throws IOException, BuildException, InterruptedException {
    return text(step, stage, stages, this::contentDigest);
  }

  private String text(PlannedStep step, PlannedStage stage, Stages stages, Digests digests)
      throws IOException, BuildException, InterruptedException {
    return switch (step) {
      case PlannedStep.CopyStep copy -> copy(copy, stage, stages, digests);
      case PlannedStep.RunStep run -> {
        List<String> mounted = new ArrayList<>();
        for (PlannedMount mount : run.setup().mounts()) {
          mounted.add(mount(mount, stage, stages, digests));
        }
        List<String> parts = new ArrayList<>(settings.text(run, stage.platform()));
        parts.addAll(SetupText.of(run.setup(), mounted));
        yield StepKeys.digest(parts);
      }
      case PlannedStep.WorkdirStep _, PlannedStep.MetadataStep _ -> "";
    };
  }

  private String copy(PlannedStep.CopyStep copy, PlannedStage stage, Stages stages, Digests digests)
      throws IOException, BuildException, InterruptedException {
    Optional<ContextView> view = contexts.view(copy.source());
    List<String> parts = new ArrayList<>();
    parts.add(
        view.isPresent()
            ? "files " + digests.of(new Wanted.ByCopy(view.get(), copy))
            : name(copy.source(), stage, stages));
    for (String source : copy.sources()) {
      Optional<RemoteSource> remote = copy.remote(source);
      if (remote.isPresent()) {
        parts.add(fetcher.fetch(remote.get(), copy.options()).identity());
      }
    }
    return StepKeys.digest(parts);
  }

  private String mount(PlannedMount mount, PlannedStage stage, Stages stages, Digests digests)
      throws IOException, BuildException, InterruptedException {
    if (mount.source().isEmpty()) {
      return "";
    }
    CopySource source = mount.source().get();
    Optional<ContextView> view = contexts.view(source);
    return view.isPresent()
        ? "files " + digests.of(new Wanted.ByMount(view.get(), path(mount.mount())))
        : name(source, stage, stages);
  }

  private static String path(Mount mount) {
    return switch (mount) {
      case Mount.Bind bind -> bind.source();
      case Mount.Cache cache -> cache.source();
      case Mount.Tmpfs _, Mount.Secret _, Mount.Ssh _ -> "";
    };
  }

  /// What a source is called where its content does not matter.
  String name(CopySource source, PlannedStage stage, Stages stages)
      throws IOException, BuildException, InterruptedException {
    return switch (source) {
      case CopySource.Context _ -> "context";
      case CopySource.Folder folder -> "folder " + folder.name();
      case CopySource.Stage other -> "root " + stages.stage(other.index()).identity();
      case CopySource.Image other ->
          "root " + identity(images.find(other.reference(), stage.platform()));
    };
  }

  /// What the first step on top of an image works on.
  static String identity(BaseImage image) throws IOException {
    List<String> chain = BaseLayers.chain(image);
    return StepKeys.base(chain.isEmpty() ? "" : chain.getLast());
  }

  private String contentDigest(Wanted wanted)
      throws IOException, BuildException, InterruptedException {
    return switch (wanted) {
      case Wanted.ByCopy copy -> {
        SourceTree tree = SourceTree.ofContext(copy.view(), contexts.times());
        List<SourceDigests.Taken> taken = new ArrayList<>();
        for (String source : copy.step().sources()) {
          if (copy.step().remote(source).isEmpty()) {
            for (Sources.Found found : Sources.find(copy.step(), source, tree)) {
              Chosen chosen = Chosen.of(copy.step(), found, tree);
              taken.add(new SourceDigests.Taken(found.path(), found.name(), chosen));
            }
          }
        }
        yield digest(copy.view(), taken);
      }
      case Wanted.ByMount mount -> {
        Path path = RootPath.resolve(mount.view().root(), mount.path());
        // The step itself tells of what is not there.
        yield Files.exists(path, LinkOption.NOFOLLOW_LINKS)
            ? digest(
                mount.view(), List.of(new SourceDigests.Taken(path, "", mount.view()::verdict)))
            : "absent";
      }
    };
  }

  private String digest(ContextView view, List<SourceDigests.Taken> taken)
      throws IOException, InterruptedException {
    return new SourceDigests(
            kernel.xattrs(), contexts.files(view), contexts.times(), cores, this::reading)
        .of(taken);
  }

  private Meter reading(long total) {
    return new Meter(progress.transfer("", "reading the context", OptionalLong.of(total)));
  }
}
