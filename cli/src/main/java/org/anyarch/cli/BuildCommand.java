package org.anyarch.cli;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.anyarch.build.BuildException;
import org.anyarch.build.BuildRequest;
import org.anyarch.build.Builder;
import org.anyarch.build.Plans;
import org.anyarch.build.RegistryImages;
import org.anyarch.build.containerfile.ContainerfileException;
import org.anyarch.cli.progress.ProgressView;
import org.anyarch.cli.progress.Tee;
import org.anyarch.cli.report.BuildReport;
import org.anyarch.kernel.Kernel;
import org.anyarch.oci.Descriptor;
import org.anyarch.oci.Digest;
import org.anyarch.oci.Layout;
import org.anyarch.platform.Platform;
import org.anyarch.session.Session;
import org.anyarch.session.SessionException;

/// `anyarch build`.
final class BuildCommand implements Command {
  private static final Option FILE =
      Option.of("file", "FILE", "the Containerfile; default Containerfile or Dockerfile in CONTEXT")
          .letter('f');
  private static final Option BUILD_ARG =
      Option.many(
          "build-arg", "NAME[=VALUE]", "a value for ARG; NAME alone passes the environment's on");
  private static final Option TARGET =
      Option.of("target", "STAGE", "the stage to build; default the last");
  private static final Option CALL =
      Option.of(
          "call",
          "METHOD[,format=json]",
          "check, outline or targets: tell about the Containerfile and build nothing");
  private static final Option CHECK = Option.flag("check", "the same as --call=check");

  @Override
  public CommandSpec spec() {
    return new CommandSpec(
        "build",
        "build an image for one or many platforms from a Containerfile",
        "CONTEXT",
        """
        Builds the Containerfile in the folder CONTEXT for every platform of --platform, side by side, and writes one
        OCI image index (for one platform: an image) to a folder or a registry. RUN steps of other architectures are emulated in a private session;
        nothing is registered on the host and no privilege is needed. The result depends on the input alone: two builds
        of one input have one digest. With CONTEXT - the context is an archive (tar, also compressed) from standard input,
        or the Containerfile alone; with -f - the Containerfile.""",
        Stream.of(
                List.of(ForeignPrograms.PLATFORM, ForeignPrograms.HANDLERS),
                OutputOptions.ALL,
                List.of(FILE, TARGET, BUILD_ARG, ContextOption.BUILD_CONTEXT),
                CacheOptions.ALL,
                RegistryOptions.ALL,
                List.of(CALL, CHECK),
                ProgressOptions.ALL,
                RunOptions.ALL)
            .flatMap(List::stream)
            .toList(),
        false,
        List.of(
            new CommandSpec.Example(
                "anyarch build --platform linux/amd64,linux/arm64,linux/s390x -t hello:1 -o oci:out .",
                "an index of three platforms in the folder out"),
            new CommandSpec.Example(
                "anyarch build --platform linux/amd64,linux/arm64 --push -t example.org/team/app:1 .",
                "the same in a registry"),
            new CommandSpec.Example(
                "anyarch build --build-context debian=oci-layout://debian-layout -o oci:out .",
                "FROM debian taken from an OCI layout"),
            new CommandSpec.Example(
                "anyarch build --check .", "what in the Containerfile is likely to be a mistake")));
  }

  @Override
  public int run(Arguments arguments, Context context)
      throws UsageException, CommandException, IOException, InterruptedException {
    BuildCall call = call(arguments);
    try (LazyStore stores = new LazyStore(context)) {
      if (call.method() == BuildCall.Method.BUILD) {
        OutputOptions.require(arguments);
        OutputOptions.requireFolders(arguments, context);
        RegistryOptions.check(arguments, context);
      }
      BuildRequest.Input input = input(arguments, context, () -> stores.get().workFolder("input"));
      return call.method() == BuildCall.Method.BUILD
          ? build(arguments, context, input, stores)
          : call.run(
              input,
              new Plans(
                  buildArgs(arguments, context),
                  arguments.value(TARGET).orElse(""),
                  ContextOption.of(arguments, context),
                  input.context(),
                  RegistryImages.NONE),
              ForeignPrograms.platforms(arguments).orElse(List.of(Platform.host())),
              context);
    } catch (SessionException e) {
      throw new CommandException(ExitCode.UNSUPPORTED, e.getMessage(), e);
    } catch (BuildException e) {
      throw new CommandException(
          e.isUnsupported() ? ExitCode.UNSUPPORTED : ExitCode.FAILED, e.getMessage(), e);
    } catch (ContainerfileException e) {
      throw new CommandException(ExitCode.FAILED, e.getMessage(), e);
    }
  }

  private static int build(
      Arguments arguments, Context context, BuildRequest.Input input, LazyStore stores)
      throws UsageException,
          CommandException,
          SessionException,
          BuildException,
          ContainerfileException,
          IOException,
          InterruptedException {
    BuildRequest request = request(arguments, input, context, stores);
    String mode = ProgressOptions.mode(arguments);
    Session session = ForeignPrograms.session(context);
    Kernel kernel = context.kernel().get();
    context.ending().hold(Thread.currentThread()::interrupt);
    Optional<Descriptor> built = Optional.empty();
    SortedMap<String, Digest> bases = new TreeMap<>();
    TwinsUsed twins = new TwinsUsed();
    BuildReport report = new BuildReport(System::nanoTime);
    try (ProgressView progress = Tee.of(ProgressOptions.view(mode, context), twins, report);
        RegistryImages registries =
            RegistryOptions.of(arguments, context, stores.get(), progress)) {
      Builder.Handlers handlers =
          ForeignPrograms.later(
              arguments,
              context,
              session,
              Plans.platforms(request, registries),
              note -> progress.note("", note));
      try (Builder builder =
          Builder.in(stores.get(), context.environment(), kernel, progress, handlers)) {
        Descriptor result = builder.build(request, registries);
        Optional<String> registry = OutputOptions.registry(arguments);
        if (registry.isPresent()) {
          registries.push(Layout.open(request.output().folder()), result, registry.get());
        }
        bases.putAll(registries.pinned());
        built = Optional.of(result);
      }
      new CacheLimit(stores.get()).apply(context, progress);
    } finally {
      if (built.isEmpty()) {
        OutputOptions.pageOfFailure(arguments, context, report);
      }
    }
    Descriptor result = built.orElseThrow();
    OutputOptions.page(arguments, context, report, "Built " + result.digest() + ".");
    OutputOptions.report(arguments, context, result, request.output(), bases, twins);
    // Behind the view, which may be on the same terminal.
    context.out().println(result.digest());
    return ExitCode.DONE;
  }

  private static BuildCall call(Arguments arguments) throws UsageException {
    return BuildCall.parse(arguments.has(CHECK) ? "check" : arguments.value(CALL).orElse("build"));
  }

  private static BuildRequest.Input input(
      Arguments arguments, Context context, BuildInput.Folder folder)
      throws UsageException, CommandException, IOException {
    List<String> operands = arguments.operands();
    if (operands.size() != 1) {
      throw new UsageException(
          operands.isEmpty()
              ? "name the context folder, for instance ."
              : "takes one context folder, not " + operands.size());
    }
    return BuildInput.read(operands.getFirst(), arguments.value(FILE), context, folder);
  }

  private static BuildRequest request(
      Arguments arguments, BuildRequest.Input input, Context context, LazyStore stores)
      throws UsageException, CommandException, IOException {
    return new BuildRequest(
        input,
        ForeignPrograms.platforms(arguments).orElse(List.of(Platform.host())),
        buildArgs(arguments, context),
        arguments.value(TARGET).orElse(""),
        ContextOption.of(arguments, context),
        context.environment(),
        RunOptions.of(arguments, context),
        CacheOptions.of(arguments),
        OutputOptions.of(arguments, context, stores));
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
}
