package org.anyarch.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.anyarch.build.containerfile.ContainerfileException;
import org.anyarch.build.export.ImageOptions;
import org.anyarch.build.solve.CacheUse;
import org.anyarch.build.solve.RunSettings;
import org.anyarch.build.solve.Store;
import org.anyarch.kernel.Kernel;
import org.anyarch.oci.Descriptor;
import org.anyarch.platform.Platform;

/// A build, described step by step and then run:
///
/// ```java
/// Descriptor image =
///     Build.of(Path.of("app"))
///         .platforms(Platform.parse("linux/amd64"), Platform.parse("linux/s390x"))
///         .arg("VERSION", "1.2")
///         .name("app:1.2")
///         .output(Path.of("layout"))
///         .run(cache, LinuxKernel.create(), progress);
/// ```
///
/// RUN steps need a session, in which foreign programs run: start the program that builds with
/// `anyarch exec -- java …`. What needs none ([#request]) can be had anywhere.
public final class Build {
  private final Path context;
  private final Map<String, String> args = new LinkedHashMap<>();
  private final Map<String, String> labels = new LinkedHashMap<>();
  private final Map<String, ImageReference> images = new LinkedHashMap<>();
  private final Map<String, Path> folders = new LinkedHashMap<>();
  private final List<Platform> platforms = new ArrayList<>();
  private Optional<Path> file = Optional.empty();
  private Optional<String> text = Optional.empty();
  private String target = "";
  private String name = "";
  private long epoch;
  private Path output = Path.of("image");
  private Map<String, String> environment = System.getenv();
  private RunSettings runs = RunSettings.DEFAULT;
  private CacheUse cache = CacheUse.ALL;

  private Build(Path context) {
    this.context = context;
  }

  /// @param context the folder that COPY and ADD read from
  public static Build of(Path context) {
    return new Build(context);
  }

  /// The Containerfile; `Containerfile` or `Dockerfile` of the context if nothing else is said.
  public Build file(Path containerfile) {
    file = Optional.of(containerfile);
    return this;
  }

  /// The text of a Containerfile that is in no file.
  public Build containerfile(String content) {
    text = Optional.of(content);
    return this;
  }

  /// What to build for, one image each; the machine's own platform if nothing is said.
  public Build platforms(Platform... wanted) {
    platforms.addAll(List.of(wanted));
    return this;
  }

  /// A value for ARG.
  public Build arg(String variable, String value) {
    args.put(variable, value);
    return this;
  }

  /// A label of all images, which one of the Containerfile overrides.
  public Build label(String key, String value) {
    labels.put(key, value);
    return this;
  }

  /// An image for FROM and `--from`.
  public Build context(String name, ImageReference image) {
    images.put(name, image);
    return this;
  }

  /// A folder for `--from`.
  public Build context(String name, Path folder) {
    folders.put(name, folder);
    return this;
  }

  /// The stage to build; the last one if nothing is said.
  public Build target(String stage) {
    target = stage;
    return this;
  }

  /// What the result is called in the layout, `NAME[:TAG]`.
  public Build name(String nameAndTag) {
    name = nameAndTag;
    return this;
  }

  /// The OCI layout folder to write; made if it is not there.
  public Build output(Path layout) {
    output = layout;
    return this;
  }

  /// Seconds since 1970 that images and the files in their new layers are dated at the latest.
  public Build epoch(long seconds) {
    epoch = seconds;
    return this;
  }

  /// Secrets, agents, hosts and limits of RUN steps.
  public Build runs(RunSettings settings) {
    runs = settings;
    return this;
  }

  /// Which results of earlier builds count.
  public Build cache(CacheUse use) {
    cache = use;
    return this;
  }

  /// The variables by which proxies, the runtime and the cache's folder are found; those of this
  /// process if nothing is said.
  public Build environment(Map<String, String> variables) {
    environment = Map.copyOf(variables);
    return this;
  }

  /// The whole request.
  ///
  /// @throws IOException if the Containerfile cannot be read
  public BuildRequest request() throws IOException {
    Path root = context.toRealPath();
    Path containerfile = file.orElseGet(() -> usual(root));
    return new BuildRequest(
        new BuildRequest.Input(
            root,
            text.isPresent() ? text.get() : Files.readString(containerfile),
            String.valueOf(containerfile.getFileName()),
            containerfile.resolveSibling(containerfile.getFileName() + ".dockerignore")),
        platforms.isEmpty() ? List.of(Platform.host()) : platforms,
        args,
        target,
        new NamedContexts(images, folders),
        environment,
        runs,
        cache,
        new BuildRequest.Output(
            output.toAbsolutePath(), name, epoch, new ImageOptions(labels, List.of())));
  }

  private static Path usual(Path root) {
    Path containerfile = root.resolve("Containerfile");
    return Files.exists(containerfile) ? containerfile : root.resolve("Dockerfile");
  }

  /// Builds.
  ///
  /// @param home the folder of the cache
  /// @param progress hears what is done, from several threads
  /// @return what the layout names now: an index for several platforms, a manifest for one
  public Descriptor run(Path home, Kernel kernel, Progress progress)
      throws BuildException, ContainerfileException, IOException, InterruptedException {
    BuildRequest request = request();
    try (Store store = Store.open(home)) {
      return Builder.in(store, environment, kernel, progress).build(request);
    }
  }
}
