package org.anyarch.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.anyarch.binfmt.Instance;
import org.anyarch.build.BuildException;
import org.anyarch.build.ImageReference;
import org.anyarch.build.Progress;
import org.anyarch.build.RegistryImages;
import org.anyarch.build.containerfile.Containerfile;
import org.anyarch.build.containerfile.ContainerfileException;
import org.anyarch.build.export.ImageOptions;
import org.anyarch.build.export.ImageWriter;
import org.anyarch.build.fetch.Fetcher;
import org.anyarch.build.plan.PlanRequest;
import org.anyarch.build.plan.PlannedStage;
import org.anyarch.build.plan.Planner;
import org.anyarch.build.solve.RootTwins;
import org.anyarch.build.solve.Solver;
import org.anyarch.build.solve.Spans;
import org.anyarch.build.solve.StepCache;
import org.anyarch.build.solve.Store;
import org.anyarch.elf.ElfProbe;
import org.anyarch.emulator.EmulatorException;
import org.anyarch.emulator.Emulators;
import org.anyarch.host.Grounds;
import org.anyarch.host.HostException;
import org.anyarch.host.Standpoint;
import org.anyarch.kernel.Kernel;
import org.anyarch.kernel.linux.LinuxKernel;
import org.anyarch.oci.Descriptor;
import org.anyarch.oci.Index;
import org.anyarch.oci.Layout;
import org.anyarch.oci.MediaType;
import org.anyarch.platform.Guest;
import org.anyarch.platform.Platform;
import org.anyarch.session.Accounts;
import org.anyarch.session.ContainerSpec;
import org.anyarch.session.Handlers;
import org.anyarch.session.NativeGuests;
import org.anyarch.session.OciRuntime;
import org.anyarch.session.Session;
import org.anyarch.session.SessionException;
import org.anyarch.twins.Mode;
import org.anyarch.twins.Origins;
import org.anyarch.twins.Showing;
import org.anyarch.twins.Twins;

/// Walks through what most runs need, so that the ahead-of-time cache made from this run holds it,
/// on a stage of its own: a folder with emulators that emulate nothing, a `register` that registers
/// nothing. Touches nothing else of the machine. Not listed in the help: the packaging calls it.
///
/// There are two such caches, since every class in one costs time at each start: `warm-up` is for
/// the short commands and `exec`, `warm-up build` for those that handle images, which is started in
/// a session where that is possible.
final class WarmUp {
  static final String NAME = "warm-up";

  private WarmUp() {}

  static int run(List<String> words, Collection<Command> commands, Context context) {
    PrintStream nowhere = nowhere();
    Context silent =
        new Context(
            InputStream.nullInputStream(),
            nowhere,
            nowhere,
            context.environment(),
            context.workingFolder(),
            context.kernel(),
            context.ending());
    Main.run(List.of("--version"), silent);
    Main.run(List.of("--help"), silent);
    for (Command command : commands) {
      Main.run(List.of(command.spec().name(), "--help"), silent);
      Main.run(List.of(command.spec().name(), "--no-such-option"), silent);
    }
    Main.run(List.of("platforms"), silent);
    Main.run(List.of("completion", "bash"), silent);
    Main.run(List.of("no-such-command"), silent);
    Main.run(List.of("host", "--json", "--folder=/", "no-such-verb"), silent);
    Map<String, String> entered = new HashMap<>(context.environment());
    entered.put(Session.VARIABLE, "entered ids=all proc=own handlers=private start=1");
    try {
      var _ = Session.current(entered);
      commandLines(silent);
      Path stage = Files.createTempDirectory("anyarch-warm-up");
      try {
        handlers(stage);
        if (words.contains("build")) {
          build(stage, silent);
          twins(stage);
          builds(stage, silent, context.err());
        }
      } finally {
        delete(stage);
      }
    } catch (UsageException
        | CommandException
        | SessionException
        | EmulatorException
        | ContainerfileException
        | BuildException
        | IOException e) {
      context.err().println(e.getMessage());
      return ExitCode.BUG;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCode.INTERRUPTED;
    }
    return ExitCode.DONE;
  }

  /// Whole builds, and again with nothing left to do. Only in a session, since they mount; where a
  /// machine refuses one, or has no runtime for the container, the cache holds a little less.
  private static void builds(Path stage, Context silent, PrintStream err) throws IOException {
    try {
      var _ = Session.current(silent.environment());
    } catch (SessionException e) {
      err.println(e.getMessage());
      return;
    }
    Path folder = Files.createDirectories(stage.resolve("context"));
    Path program = folder.resolve("program");
    Files.write(program, ElfProbe.printing(Guest.of(Platform.host()).orElseThrow(), "hello\n"));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(
        folder.resolve("Containerfile"),
        """
        ARG WHAT=x
        FROM scratch AS first
        ARG TARGETARCH
        ENV A=b C="d e"
        WORKDIR /src
        COPY program /bin/
        FROM first AS ran
        RUN ["/bin/program"]
        FROM scratch AS copied
        ARG WHAT
        ARG TARGETARCH
        ADD --chmod=755 program /${WHAT:-y}-$TARGETARCH
        COPY --from=first /bin /bin
        LABEL a=b
        CMD ["/bin/program"]
        """);
    Map<String, String> environment = new HashMap<>(silent.environment());
    environment.put("ANYARCH_HOME", stage.resolve("builds").toString());
    Context entered =
        new Context(
            silent.in(),
            silent.out(),
            err,
            environment,
            silent.workingFolder(),
            silent.kernel(),
            silent.ending());
    String two = Platform.host() + ",linux/riscv64";
    for (List<String> words :
        List.of(
            List.of("--platform=" + two, "--target=copied", "--progress=plain"),
            List.of("--platform=" + two, "--target=copied", "-q"),
            List.of("--target=ran", "-q"))) {
      List<String> line = new ArrayList<>(List.of("build", "-o", "oci:" + stage.resolve("built")));
      line.addAll(words);
      line.add(folder.toString());
      Main.run(line, entered);
    }
  }

  private static void commandLines(Context context)
      throws UsageException, CommandException, IOException {
    Arguments exec =
        Arguments.parse(
            new ExecCommand().spec(), List.of("--platform", "linux/arm64,s390x", "--", "true"));
    var _ = ForeignPrograms.platforms(exec);
    var _ = exec.value(ForeignPrograms.HANDLERS).orElse("auto");
    Arguments list = Arguments.parse(new HostCommand().spec(), List.of("--namespace", "ls"));
    HostOptions.check("ls", list);
    var _ = HostOptions.grounds(list, context);
  }

  private static PrintStream nowhere() {
    return new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
  }

  private static void handlers(Path stage)
      throws IOException, EmulatorException, SessionException, InterruptedException {
    Guest host = Guest.of(Platform.host()).orElseThrow();
    if (!ElfProbe.supports(host)) {
      return;
    }
    Path folder = Files.createDirectories(stage.resolve("home/emulators/sha256-0"));
    for (Guest guest : Guest.all()) {
      Path emulator = folder.resolve("qemu-" + guest.qemu() + "-static");
      Files.write(emulator, ElfProbe.printing(host, "qemu-" + guest.qemu() + " version 9.0.0\n"));
      Files.setPosixFilePermissions(emulator, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    Path instance = Files.createDirectory(stage.resolve("instance"));
    Files.createFile(instance.resolve("register"));
    NativeGuests nativeGuests = new NativeGuests(Platform.host(), List.of(stage));
    Handlers handlers = new Handlers(Instance.at(instance), emulators(stage), nativeGuests);
    handlers.enable(List.of(Platform.host()));
    handlers.enableAll();
    // Once more, with what the emulators answered remembered.
    Files.delete(instance.resolve("register"));
    Files.createFile(instance.resolve("register"));
    new Handlers(Instance.at(instance), emulators(stage), nativeGuests).enableAll();
    hostList(instance);
  }

  /// As `host ls` does; on a host that nothing can be seen of.
  private static void hostList(Path instance) throws IOException {
    Guest guest = Guest.all().getLast();
    Files.writeString(
        instance.resolve("qemu-" + guest.qemu()),
        "enabled\ninterpreter /emulators/qemu-a-1-0123456789ab\nflags: POCF\noffset 0\nmagic "
            + guest.magic()
            + "\nmask "
            + guest.mask()
            + "\n");
    Grounds grounds =
        new Grounds(
            LinuxKernel::create,
            new Standpoint(true, Optional.empty(), false, Optional.empty(), false),
            _ -> {});
    var _ = grounds.existing();
    try {
      var _ = Standpoint.find(Optional.empty(), true);
    } catch (HostException e) {
      throw new IOException(e.getMessage(), e);
    }
    HostList.print(Instance.at(instance).entries(), Map.of(), nowhere());
  }

  private static Emulators emulators(Path stage) throws EmulatorException {
    return Emulators.of(stage.resolve("home/emulators"), Map.of("PATH", "/usr/bin:/bin"), _ -> {});
  }

  /// The way of a build but for what needs a session: mounts, and the containers themselves.
  private static void build(Path stage, Context context)
      throws IOException, ContainerfileException, BuildException, SessionException {
    Platform platform = Platform.host();
    Containerfile file =
        Containerfile.parse(
            """
            ARG WHAT=world
            FROM scratch AS first
            ENV A=b C="d e"
            RUN ["/bin/true"]
            COPY --chown=1:1 *.c /src/
            FROM scratch
            ARG WHAT
            WORKDIR /src
            COPY --from=first /src /src/${WHAT:-x}
            LABEL a=b
            CMD ["/hello"]
            """,
            "Containerfile");
    List<PlannedStage> stages =
        Planner.plan(
                file,
                new PlanRequest(
                    platform,
                    platform,
                    Map.of("WHAT", "x"),
                    "",
                    (_, _) -> {
                      throw new IOException("no image is named");
                    }))
            .stages();
    Path change = Files.createDirectories(stage.resolve("change/etc"));
    Files.writeString(change.resolve("passwd"), "root:x:0:0::/root:/bin/sh\n");
    Files.createSymbolicLink(change.resolve("link"), Path.of("passwd"));
    PlannedStage last = stages.getLast();
    StepCache.Kept made = new StepCache.Kept(stage.resolve("change"), "", Spans.NONE);
    List<Optional<StepCache.Kept>> changes =
        last.steps().stream().map(step -> step.makesLayer() ? Optional.of(made) : none()).toList();
    Layout layout = Layout.create(stage.resolve("layout"));
    Descriptor image =
        image(
            layout,
            stage,
            List.of(last),
            new Solver.Solved(Optional.empty(), changes),
            context.kernel().get());
    Descriptor index = layout.put(MediaType.INDEX, Index.of(List.of(image)).bytes());
    Layout output = Layout.create(stage.resolve("output"));
    output.copy(layout, index);
    output.tag("warm", index);
    var base =
        ImageReference.parse("oci:" + stage.resolve("output"), stage)
            .open(platform, RegistryImages.NONE);
    new OciRuntime(Path.of("/usr/sbin/runc"), stage.resolve("runtime"))
        .prepare(
            "warm",
            new ContainerSpec(
                stage,
                false,
                new ContainerSpec.Program(
                    List.of("/bin/true"),
                    base.config().parameters().variables(),
                    "/",
                    Accounts.of(stage.resolve("change")).find("root"),
                    false,
                    false),
                List.of()));
  }

  /// A root of a package whose twin is not at hand.
  private static void twins(Path stage) throws IOException, InterruptedException {
    Path root = Files.createDirectory(stage.resolve("guest"));
    for (String folder : List.of("usr/bin", "etc/apt", "var/lib/dpkg/info", "var/lib/apt/lists")) {
      Files.createDirectories(root.resolve(folder));
    }
    Files.writeString(root.resolve("usr/bin/dash"), "x");
    Files.writeString(
        root.resolve("etc/apt/sources.list"), "deb http://deb.example/debian stable main\n");
    Files.writeString(
        root.resolve("var/lib/dpkg/status"),
        "Package: dash\nStatus: install ok installed\nArchitecture: arm64\nVersion: 1\n\n");
    Files.writeString(root.resolve("var/lib/dpkg/info/dash.list"), "/.\n/usr/bin/dash\n");
    Files.writeString(
        root.resolve("var/lib/dpkg/info/dash.md5sums"),
        "9dd4e461268c8034f5c8564e155c67a6  usr/bin/dash\n");
    try (Store store = Store.open(stage.resolve("home"));
        RootTwins twins =
            new RootTwins(
                store,
                Mode.EXACT,
                new Fetcher(store.workFolder("fetched"), Map.of(), Progress.NONE),
                Duration.ZERO,
                _ -> {});
        Showing showing =
            twins.show(
                new Twins.Root(
                    root,
                    Guest.named("arm64").orElseThrow(),
                    Optional.empty(),
                    Origins.NONE,
                    true))) {
      var _ = twins.binds(showing);
      var _ = RootTwins.foreign(root);
    }
  }

  private static Descriptor image(
      Layout layout, Path stage, List<PlannedStage> stages, Solver.Solved solved, Kernel kernel)
      throws IOException {
    try (Store store = Store.open(stage.resolve("home"))) {
      return new ImageWriter(
              layout,
              stage.resolve("output"),
              kernel.xattrs(),
              0,
              new StepCache(store, kernel.xattrs()),
              ImageOptions.NONE)
          .write(stages, solved, Progress.NONE);
    }
  }

  private static Optional<StepCache.Kept> none() {
    return Optional.empty();
  }

  private static void delete(Path stage) throws IOException {
    try (Stream<Path> walk = Files.walk(stage)) {
      for (Path path : walk.sorted((a, b) -> b.getNameCount() - a.getNameCount()).toList()) {
        Files.delete(path);
      }
    }
  }
}
