package org.anyarch.build;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.anyarch.build.containerfile.Containerfile;
import org.anyarch.build.containerfile.ContainerfileException;
import org.anyarch.build.export.ImageOptions;
import org.anyarch.build.lint.Warning;
import org.anyarch.build.outline.Outline;
import org.anyarch.build.outline.Target;
import org.anyarch.build.solve.CacheUse;
import org.anyarch.build.solve.RunSettings;
import org.anyarch.build.solve.Store;
import org.anyarch.kernel.Failures;
import org.anyarch.kernel.Kernel;
import org.anyarch.oci.Descriptor;
import org.anyarch.platform.Platform;
import org.anyarch.registry.RegistrySettings;
import org.anyarch.session.SessionException;

/// A build, described call by call and then run, as often as wanted:
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
/// A build needs a session, in which foreign programs run: start the program that builds with
/// `anyarch exec -- java …`. What only looks at the Containerfile ([#check], [#outline],
/// [#targets]) needs none.
///
/// Describing one is for one thread. Builds of several threads run one after the other, since each
/// uses all cores; those of several processes run side by side, also on one cache. An interrupt of
/// the thread that runs a build ends it within a second, with nothing left behind.
public final class Build {
  private static final String USUAL = "Containerfile";

  /// Each build mounts its own folders at the same places.
  private static final ReentrantLock ONE_AT_A_TIME = new ReentrantLock();

  private final Path context;
  private final List<ImageOptions.Annotation> annotations = new ArrayList<>();
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

  /// An annotation of all manifests.
  public Build annotation(String key, String value) {
    return annotation(
        new ImageOptions.Annotation(ImageOptions.Place.MANIFEST, Optional.empty(), key, value));
  }

  /// An annotation of what it says.
  public Build annotation(ImageOptions.Annotation annotation) {
    annotations.add(annotation);
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

  /// The whole request; what is said to this object from now on does not change it.
  ///
  /// @throws IOException if the Containerfile cannot be read
  public BuildRequest request() throws IOException {
    return new BuildRequest(
        input(),
        platforms.isEmpty() ? List.of(Platform.host()) : platforms,
        args,
        target,
        new NamedContexts(images, folders),
        environment,
        runs,
        cache,
        new BuildRequest.Output(
            output.toAbsolutePath(), name, epoch, new ImageOptions(labels, annotations)));
  }

  private BuildRequest.Input input() throws IOException {
    Path root = context.toRealPath();
    Path containerfile = file.orElseGet(() -> text.isPresent() ? root.resolve(USUAL) : usual(root));
    return new BuildRequest.Input(
        root,
        text.isPresent() ? text.get() : read(containerfile),
        String.valueOf(containerfile.getFileName()),
        containerfile.resolveSibling(containerfile.getFileName() + ".dockerignore"));
  }

  private static String read(Path containerfile) throws IOException {
    try {
      return Files.readString(containerfile);
    } catch (CharacterCodingException e) {
      throw new IOException(containerfile + " is not UTF-8 text", e);
    } catch (IOException e) {
      throw new IOException("cannot read the Containerfile " + Failures.describe(e), e);
    }
  }

  private static Path usual(Path root) {
    Path containerfile = root.resolve(USUAL);
    return Files.exists(containerfile) ? containerfile : root.resolve("Dockerfile");
  }

  /// What in the Containerfile is likely to be a mistake, in its order.
  public List<Warning> check() throws ContainerfileException, IOException {
    BuildRequest request = request();
    return Checks.warnings(
        parsed(request.input()),
        request.input(),
        Plans.of(request, RegistryImages.NONE),
        request.platforms());
  }

  /// What the target can be told from outside: arguments, secrets, agents, caches.
  public Outline outline() throws ContainerfileException, IOException {
    return Outline.of(parsed(input()), target, args);
  }

  /// The stages that can be built.
  public List<Target> targets() throws ContainerfileException, IOException {
    return Target.of(parsed(input()));
  }

  private static Containerfile parsed(BuildRequest.Input input) throws ContainerfileException {
    return Containerfile.parse(input.containerfile(), input.fileName());
  }

  /// Builds.
  ///
  /// @param home the folder of the cache
  /// @param progress hears what is done, from several threads
  /// @return what the layout names now: an index for several platforms, a manifest for one
  /// @throws SessionException if this process is in no session
  /// @throws BuildException if a step fails, or what is asked for cannot be
  /// @throws ContainerfileException that tells what is wrong with the Containerfile, and where
  /// @throws IOException if something cannot be read or written
  /// @throws InterruptedException if this thread is interrupted; the output is as it was
  public Descriptor run(Path home, Kernel kernel, Progress progress)
      throws SessionException,
          BuildException,
          ContainerfileException,
          IOException,
          InterruptedException {
    BuildRequest request = request();
    ONE_AT_A_TIME.lockInterruptibly();
    try (Store store = Store.open(home);
        RegistryImages registries =
            new RegistryImages(
                store, RegistrySettings.of(environment), RegistryImages.Policy.NEWER, progress);
        Builder builder = Builder.in(store, environment, kernel, progress)) {
      return builder.build(request, registries);
    } finally {
      ONE_AT_A_TIME.unlock();
    }
  }
}
