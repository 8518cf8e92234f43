package org.anyarch.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.anyarch.build.BuildException;
import org.anyarch.build.ImageReference;
import org.anyarch.build.solve.BaseImage;
import org.anyarch.build.solve.BaseLayers;
import org.anyarch.build.solve.MountStubs;
import org.anyarch.build.solve.Overlays;
import org.anyarch.build.solve.Snapshot;
import org.anyarch.build.solve.Store;
import org.anyarch.cli.progress.PlainProgress;
import org.anyarch.kernel.Kernel;
import org.anyarch.platform.Guest;
import org.anyarch.platform.Platform;
import org.anyarch.session.Account;
import org.anyarch.session.Accounts;
import org.anyarch.session.ContainerSpec;
import org.anyarch.session.Executables;
import org.anyarch.session.OciRuntime;
import org.anyarch.session.Scratch;
import org.anyarch.session.SessionException;

/// `anyarch run`: a container from an image or a root folder of any architecture.
final class RunCommand implements Command {
  private static final Option ROOTFS =
      Option.of("rootfs", "DIR", "run in this root folder instead of an image; changes stay in it");
  private static final Option ENV =
      Option.many("env", "NAME=VALUE", "set a variable; NAME alone passes the caller's on")
          .letter('e');
  private static final Option WORKDIR =
      Option.of("workdir", "DIR", "start in this folder").letter('w');
  private static final Option USER =
      Option.of("user", "NAME[:GROUP]", "run as this user of the image").letter('u');
  private static final Option VOLUME =
      Option.many("volume", "SRC:DST[:ro]", "show a file or folder of the host in the container");
  private static final Option ENTRYPOINT =
      Option.of("entrypoint", "PROGRAM", "run this instead of the image's entrypoint");
  private static final Option READ_ONLY = Option.flag("read-only", "mount the root read-only");

  /// What Java makes of bytes that are no UTF-8.
  private static final char REPLACEMENT = '\uFFFD';

  @Override
  public CommandSpec spec() {
    return new CommandSpec(
        "run",
        "run an image or a root folder of any architecture",
        "IMAGE | --rootfs DIR [COMMAND [ARG...]]",
        """
        Runs COMMAND, or what the image says, in a container of the machine's OCI runtime (runc or crun) in a private
        session. IMAGE is an OCI layout: oci:DIR or oci:DIR:TAG. Changes to an image's root are thrown away at the end.
        The container shares the host's network. Exit status, signals, terminal and standard input are the program's.""",
        List.of(
            ForeignPrograms.PLATFORM,
            ForeignPrograms.HANDLERS,
            ROOTFS,
            ENV,
            WORKDIR,
            USER,
            VOLUME,
            ENTRYPOINT,
            READ_ONLY),
        true,
        List.of(
            new CommandSpec.Example(
                "anyarch run --platform linux/s390x oci:hello", "one platform of an image index"),
            new CommandSpec.Example(
                "anyarch run --rootfs ./arm64-root uname -m", "a command in a root folder")));
  }

  @Override
  public int run(Arguments arguments, Context context)
      throws UsageException, CommandException, IOException, InterruptedException {
    List<String> operands = arguments.operands();
    Optional<String> rootfs = arguments.value(ROOTFS);
    if (rootfs.isEmpty() && operands.isEmpty()) {
      throw new UsageException("name an image (oci:DIR[:TAG]) or a root folder (--rootfs DIR)");
    }
    for (String word : Stream.concat(operands.stream(), arguments.values(ENV).stream()).toList()) {
      if (word.indexOf(REPLACEMENT) >= 0) {
        throw new UsageException(
            word + " is not UTF-8, which a container's configuration has to be");
      }
    }
    Optional<List<Platform>> platforms = ForeignPrograms.platforms(arguments);
    if (platforms.isPresent() && platforms.get().size() != 1) {
      throw new UsageException("--platform takes one platform here");
    }
    Executables programs = ForeignPrograms.prepare(arguments, context, platforms, false).programs();
    Kernel kernel = context.kernel().get();
    OciRuntime.leaveControlGroupsAlone(kernel.mounts());
    Scratch scratch = Scratch.mount(context.madeHome().resolve("run"), kernel.mounts());
    try {
      OciRuntime runtime =
          OciRuntime.find(context.environment(), scratch.folder().resolve("runtime"));
      if (rootfs.isPresent()) {
        return folder(
            arguments, rootfs.get(), operands, platforms, new Means(runtime, programs, context));
      }
      return image(arguments, platforms, scratch, new Means(runtime, programs, context));
    } catch (SessionException e) {
      throw new CommandException(ExitCode.UNSUPPORTED, e.getMessage(), e);
    } catch (BuildException e) {
      throw new CommandException(ExitCode.FAILED, e.getMessage(), e);
    }
  }

  /// What a container is started with.
  private record Means(OciRuntime runtime, Executables programs, Context context) {}

  private static int folder(
      Arguments arguments,
      String rootfs,
      List<String> command,
      Optional<List<Platform>> platforms,
      Means means)
      throws UsageException, SessionException, IOException, InterruptedException, CommandException {
    Path root = means.context().workingFolder().resolve(rootfs);
    if (!Files.isDirectory(root)) {
      throw new UsageException(
          "--rootfs " + rootfs + " is not a folder; name one with a root in it");
    }
    List<String> program = command.isEmpty() ? List.of("/bin/sh") : command;
    boolean narrow = platforms.isPresent() && isNarrow(platforms.get().getFirst());
    return start(arguments, rootfs, root.toRealPath(), program, Map.of(), "/", "", narrow, means);
  }

  private static int image(
      Arguments arguments, Optional<List<Platform>> platforms, Scratch scratch, Means means)
      throws UsageException,
          SessionException,
          BuildException,
          IOException,
          InterruptedException,
          CommandException {
    Context context = means.context();
    String name = arguments.operands().getFirst();
    Platform platform = platforms.isPresent() ? platforms.get().getFirst() : Platform.host();
    BaseImage image = ImageReference.parse(name, context.workingFolder()).open(platform);
    Kernel kernel = context.kernel().get();
    Overlays overlays = new Overlays(kernel.mounts(), scratch.folder());
    try (Store store = Store.open(context.home())) {
      Snapshot snapshot =
          new BaseLayers(store, overlays, kernel)
              .unpack(image, platform, new PlainProgress(context.err()));
      try (Overlays.Mounted root = overlays.writable(snapshot, store.workFolder("root"))) {
        List<String> given = arguments.operands().subList(1, arguments.operands().size());
        return start(
            arguments,
            name,
            root.root(),
            command(arguments, image, given),
            image.config().parameters().variables(),
            image.config().parameters().workingDir(),
            image.config().parameters().user(),
            isNarrow(image.config().platform()),
            means);
      }
    }
  }

  private static boolean isNarrow(Platform platform) {
    return Guest.of(platform).filter(g -> g.isNarrowSiblingOf(Platform.host())).isPresent();
  }

  private static List<String> command(Arguments arguments, BaseImage image, List<String> given)
      throws UsageException {
    List<String> command = new ArrayList<>();
    if (arguments.has(ENTRYPOINT)) {
      command.add(arguments.value(ENTRYPOINT).orElseThrow());
      command.addAll(given);
    } else {
      command.addAll(image.config().parameters().entrypoint());
      command.addAll(given.isEmpty() ? image.config().parameters().cmd() : given);
    }
    if (command.isEmpty()) {
      throw new UsageException("the image has neither ENTRYPOINT nor CMD; name a command");
    }
    return command;
  }

  private static int start(
      Arguments arguments,
      String shown,
      Path root,
      List<String> command,
      Map<String, String> imageEnvironment,
      String imageFolder,
      String imageUser,
      boolean narrow,
      Means means)
      throws UsageException, SessionException, IOException, InterruptedException, CommandException {
    Context context = means.context();
    boolean terminal = Terminal.is(0) && Terminal.is(1);
    Account account = Accounts.of(root).find(arguments.value(USER).orElse(imageUser));
    String folder = arguments.value(WORKDIR).orElse(imageFolder.isEmpty() ? "/" : imageFolder);
    if (!folder.startsWith("/")) {
      throw new UsageException("--workdir " + folder + " is not absolute");
    }
    List<ContainerSpec.Bind> binds = binds(arguments, context);
    ContainerSpec spec =
        new ContainerSpec(
            root,
            arguments.has(READ_ONLY),
            new ContainerSpec.Program(
                command,
                environment(arguments, imageEnvironment, account, terminal, context),
                folder,
                account,
                terminal,
                narrow),
            binds);
    new ProgramInRoot(spec, shown, means.programs()).require();
    MountStubs stubs = new MountStubs(root, spec.mountTargets());
    try {
      return wait(means.runtime().prepare("run", spec.withInit(init())).inheritIO(), context);
    } finally {
      stubs.remove();
    }
  }

  /// The launcher, which knows where it is, under the name by which it is a container's init.
  private static Path init() throws IOException {
    return Path.of(System.getProperty("anyarch.home", ""), "bin", "anyarch").toRealPath();
  }

  /// Signals go to the runtime, which passes them to the program. Ctrl-C reaches the runtime by
  /// itself, and this JVM too, which then has nothing to do but to wait.
  private static int wait(ProcessBuilder command, Context context)
      throws IOException, InterruptedException {
    context.ending().hold(() -> {});
    Process process = command.start();
    context.kernel().get().programs().passSignalsTo(process.pid());
    return process.waitFor();
  }

  private static Map<String, String> environment(
      Arguments arguments,
      Map<String, String> image,
      Account account,
      boolean terminal,
      Context context)
      throws UsageException {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    environment.put("HOME", account.home());
    if (terminal) {
      environment.put("TERM", context.environment().getOrDefault("TERM", "xterm"));
    }
    environment.putAll(image);
    for (String text : arguments.values(ENV)) {
      int equals = text.indexOf('=');
      if (equals > 0) {
        environment.put(text.substring(0, equals), text.substring(equals + 1));
      } else if (equals == 0 || text.isEmpty()) {
        throw new UsageException("--env " + text + ": say NAME=VALUE or NAME");
      } else if (context.environment().containsKey(text)) {
        environment.put(text, context.environment().getOrDefault(text, ""));
      }
    }
    return environment;
  }

  private static List<ContainerSpec.Bind> binds(Arguments arguments, Context context)
      throws UsageException, IOException {
    List<ContainerSpec.Bind> binds = new ArrayList<>();
    Path resolver = Path.of("/etc/resolv.conf");
    if (Files.isReadable(resolver)) {
      binds.add(new ContainerSpec.Bind(resolver.toRealPath(), "/etc/resolv.conf", false));
    }
    for (String text : arguments.values(VOLUME)) {
      String[] parts = text.split(":", -1);
      boolean readOnly = parts.length == 3 && parts[2].equals("ro");
      if (parts.length < 2
          || (parts.length > 2 && !readOnly && !parts[2].equals("rw"))
          || !parts[1].startsWith("/")) {
        throw new UsageException("--volume " + text + ": say SOURCE:/TARGET or SOURCE:/TARGET:ro");
      }
      Path source = context.workingFolder().resolve(parts[0]);
      if (!Files.exists(source)) {
        throw new UsageException(
            "--volume " + text + ": there is no " + source + "; make it first");
      }
      binds.add(new ContainerSpec.Bind(source.toRealPath(), parts[1], !readOnly));
    }
    return binds;
  }
}
