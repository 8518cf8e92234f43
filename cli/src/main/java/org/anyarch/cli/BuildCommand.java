package org.anyarch.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.anyarch.build.BuildException;
import org.anyarch.build.BuildRequest;
import org.anyarch.build.Builder;
import org.anyarch.build.ImageReference;
import org.anyarch.build.containerfile.ContainerfileException;
import org.anyarch.build.export.ImageOptions;
import org.anyarch.build.solve.CacheUse;
import org.anyarch.build.solve.Store;
import org.anyarch.kernel.Failures;
import org.anyarch.kernel.Kernel;
import org.anyarch.oci.Descriptor;
import org.anyarch.platform.Platform;
import org.anyarch.session.OciRuntime;
import org.anyarch.session.Scratch;
import org.anyarch.session.SessionException;

/// `anyarch build`.
final class BuildCommand implements Command {
  private static final Option TAG =
      Option.of("tag", "NAME[:TAG]", "what the image is called in the output").letter('t');
  private static final Option OUTPUT =
      Option.of("output", "oci:DIR", "the OCI layout folder to write").letter('o');
  private static final Option FILE =
      Option.of("file", "FILE", "the Containerfile; default Containerfile or Dockerfile in CONTEXT")
          .letter('f');
  private static final Option BUILD_ARG =
      Option.many(
          "build-arg", "NAME[=VALUE]", "a value for ARG; NAME alone passes the environment's on");
  private static final Option BUILD_CONTEXT =
      Option.many(
          "build-context",
          "NAME=oci-layout://DIR[:TAG]",
          "an image for FROM NAME and COPY --from=NAME");
  private static final Option TARGET =
      Option.of("target", "STAGE", "the stage to build; default the last");
  private static final Option EPOCH =
      Option.of(
          "source-date-epoch",
          "SECONDS",
          "date of the image and the latest of its files; default $SOURCE_DATE_EPOCH, else 0");
  private static final Option NO_CACHE =
      Option.flag("no-cache", "run every step, whatever earlier builds left");
  private static final Option NO_CACHE_FILTER =
      Option.many("no-cache-filter", "STAGE[,STAGE]", "run every step of these stages");
  private static final Option PULL =
      Option.flag("pull", "not supported: images come from OCI layouts, which are always read");
  private static final Option LABEL =
      Option.many("label", "KEY=VALUE", "a label of the image, before the Containerfile's");
  private static final Option ANNOTATION =
      Option.many(
          "annotation",
          "[PLACE:]KEY=VALUE",
          "an annotation; PLACE: manifest (default), index, manifest-descriptor, index-descriptor");
  private static final Option IID_FILE =
      Option.of("iidfile", "FILE", "write the image's id there (of an index: its digest)");
  private static final Option METADATA_FILE =
      Option.of("metadata-file", "FILE", "write what was built there as JSON, as buildx does");
  private static final Option QUIET =
      Option.flag("quiet", "print nothing but the digest of the result").letter('q');

  @Override
  public CommandSpec spec() {
    return new CommandSpec(
        "build",
        "build an image for one or many platforms from a Containerfile",
        "CONTEXT",
        """
        Builds the Containerfile in the folder CONTEXT for every platform of --platform, side by side, and writes one
        OCI image index (for one platform: an image). RUN steps of other architectures are emulated in a private session;
        nothing is registered on the host and no privilege is needed. The result depends on the input alone: two builds
        of one input have one digest.""",
        List.of(
            ForeignPrograms.PLATFORM,
            ForeignPrograms.HANDLERS,
            TAG,
            OUTPUT,
            FILE,
            TARGET,
            BUILD_ARG,
            BUILD_CONTEXT,
            EPOCH,
            NO_CACHE,
            NO_CACHE_FILTER,
            PULL,
            LABEL,
            ANNOTATION,
            IID_FILE,
            METADATA_FILE,
            QUIET),
        false,
        List.of(
            new CommandSpec.Example(
                "anyarch build --platform linux/amd64,linux/arm64,linux/s390x -t hello:1 -o oci:out .",
                "an index of three platforms in the folder out"),
            new CommandSpec.Example(
                "anyarch build --build-context debian=oci-layout://debian-layout -o oci:out .",
                "FROM debian taken from an OCI layout")));
  }

  @Override
  public int run(Arguments arguments, Context context)
      throws UsageException, CommandException, IOException, InterruptedException {
    BuildRequest request = request(arguments, context);
    ForeignPrograms.prepare(arguments, context, Optional.of(request.platforms()), true);
    Kernel kernel = context.kernel().get();
    OciRuntime.leaveControlGroupsAlone(kernel.mounts());
    Scratch scratch = Scratch.mount(context.madeHome().resolve("run"), kernel.mounts());
    context.ending().hold(Thread.currentThread()::interrupt);
    try (Store store = Store.open(context.home())) {
      OciRuntime runtime =
          OciRuntime.find(context.environment(), scratch.folder().resolve("runtime"));
      PlainProgress progress = new PlainProgress(context.err(), arguments.has(QUIET));
      Descriptor result =
          new Builder(store, scratch.folder(), runtime, kernel, progress).build(request);
      new CacheLimit(store).apply(context, progress);
      BuildResult built = BuildResult.of(result, request);
      for (String file : arguments.values(IID_FILE)) {
        BuildResult.write(context.workingFolder().resolve(file), built.id());
      }
      for (String file : arguments.values(METADATA_FILE)) {
        BuildResult.write(context.workingFolder().resolve(file), built.json());
      }
      context.out().println(result.digest());
      return ExitCode.DONE;
    } catch (SessionException e) {
      throw new CommandException(ExitCode.UNSUPPORTED, e.getMessage(), e);
    } catch (BuildException | ContainerfileException e) {
      throw new CommandException(ExitCode.FAILED, e.getMessage(), e);
    }
  }

  private static BuildRequest request(Arguments arguments, Context context)
      throws UsageException, CommandException, IOException {
    List<String> operands = arguments.operands();
    if (operands.size() != 1) {
      throw new UsageException(
          operands.isEmpty()
              ? "name the context folder, for instance ."
              : "takes one context folder, not " + operands.size());
    }
    String output = arguments.value(OUTPUT).orElse("");
    if (!output.startsWith("oci:") || output.equals("oci:")) {
      throw new UsageException(
          output.isEmpty()
              ? "say where the image goes: -o oci:DIR"
              : "--output " + output + ": only oci:DIR is supported yet");
    }
    Path folder = context.workingFolder().resolve(operands.getFirst());
    if (!Files.isDirectory(folder)) {
      throw new CommandException(
          ExitCode.FAILED, "the context " + operands.getFirst() + " is not a folder", null);
    }
    Path file = containerfile(arguments, folder, context);
    String text;
    try {
      text = Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new CommandException(ExitCode.FAILED, file + " is not UTF-8 text", e);
    } catch (IOException e) {
      throw new CommandException(
          ExitCode.FAILED,
          "cannot read the Containerfile "
              + Failures.describe(e)
              + "; name one with -f, from the current folder and not from the context",
          e);
    }
    return new BuildRequest(
        folder.toRealPath(),
        text,
        file.getFileName().toString(),
        file.resolveSibling(file.getFileName() + ".dockerignore"),
        ForeignPrograms.platforms(arguments).orElse(List.of(Platform.host())),
        buildArgs(arguments, context),
        arguments.value(TARGET).orElse(""),
        namedContexts(arguments, context),
        epoch(arguments, context),
        arguments.value(TAG).orElse(""),
        context.workingFolder().resolve(output.substring("oci:".length())),
        cacheUse(arguments),
        options(arguments));
  }

  private static CacheUse cacheUse(Arguments arguments) throws UsageException {
    if (arguments.has(PULL)) {
      throw new UsageException(
          "--pull: there is no registry to pull from yet, and OCI layouts are read anew by every"
              + " build; leave it out");
    }
    Set<String> stages = new LinkedHashSet<>();
    for (String list : arguments.values(NO_CACHE_FILTER)) {
      for (String stage : list.split(",", -1)) {
        if (stage.isBlank()) {
          throw new UsageException("--no-cache-filter " + list + " names no stage");
        }
        stages.add(stage.strip().toLowerCase(Locale.ROOT));
      }
    }
    return new CacheUse(arguments.has(NO_CACHE), stages);
  }

  private static ImageOptions options(Arguments arguments) throws UsageException {
    Map<String, String> labels = new LinkedHashMap<>();
    for (String label : arguments.values(LABEL)) {
      int equals = label.indexOf('=');
      String key = equals < 0 ? label : label.substring(0, equals);
      if (key.isEmpty()) {
        throw new UsageException("--label " + label + ": say KEY=VALUE");
      }
      labels.put(key, equals < 0 ? "" : label.substring(equals + 1));
    }
    List<ImageOptions.Annotation> annotations = new ArrayList<>();
    for (String text : arguments.values(ANNOTATION)) {
      try {
        annotations.addAll(ImageOptions.annotation(text));
      } catch (BuildException e) {
        throw new UsageException("--annotation " + text + ": " + e.getMessage());
      }
    }
    return new ImageOptions(labels, annotations);
  }

  private static Path containerfile(Arguments arguments, Path folder, Context context)
      throws CommandException {
    Optional<String> named = arguments.value(FILE);
    if (named.isPresent()) {
      return context.workingFolder().resolve(named.get());
    }
    for (String name : List.of("Containerfile", "Dockerfile")) {
      if (Files.exists(folder.resolve(name))) {
        return folder.resolve(name);
      }
    }
    throw new CommandException(
        ExitCode.FAILED,
        "no Containerfile or Dockerfile in " + folder + "; name one with -f",
        null);
  }

  private static Map<String, String> buildArgs(Arguments arguments, Context context) {
    Map<String, String> values = new HashMap<>();
    for (String text : arguments.values(BUILD_ARG)) {
      int equals = text.indexOf('=');
      if (equals >= 0) {
        values.put(text.substring(0, equals), text.substring(equals + 1));
      } else if (context.environment().containsKey(text)) {
        values.put(text, context.environment().getOrDefault(text, ""));
      }
    }
    return values;
  }

  private static Map<String, ImageReference> namedContexts(Arguments arguments, Context context)
      throws UsageException {
    Map<String, ImageReference> images = new HashMap<>();
    for (String text : arguments.values(BUILD_CONTEXT)) {
      int equals = text.indexOf('=');
      if (equals <= 0) {
        throw new UsageException("--build-context " + text + ": say NAME=oci-layout://DIR[:TAG]");
      }
      String name = text.substring(0, equals);
      try {
        images.put(name, ImageReference.parse(text.substring(equals + 1), context.workingFolder()));
      } catch (BuildException e) {
        throw new UsageException(
            "--build-context "
                + text
                + ": only OCI layouts can be named; say "
                + name
                + "=oci-layout://DIR[:TAG]");
      }
    }
    return images;
  }

  private static long epoch(Arguments arguments, Context context) throws UsageException {
    String text =
        arguments.value(EPOCH).orElse(context.environment().getOrDefault("SOURCE_DATE_EPOCH", ""));
    if (text.isEmpty()) {
      return 0;
    }
    if (!text.matches("\\d{1,11}")) {
      throw new UsageException("SOURCE_DATE_EPOCH " + text + " is no number of seconds since 1970");
    }
    return Long.parseLong(text);
  }
}
