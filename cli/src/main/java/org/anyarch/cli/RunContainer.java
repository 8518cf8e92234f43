package org.anyarch.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.anyarch.build.solve.MountStubs;
import org.anyarch.build.solve.Store;
import org.anyarch.oci.ExecutionParameters;
import org.anyarch.session.Account;
import org.anyarch.session.Accounts;
import org.anyarch.session.Confinement;
import org.anyarch.session.ContainerSpec;
import org.anyarch.session.ControlGroups;
import org.anyarch.session.Executables;
import org.anyarch.session.NameFiles;
import org.anyarch.session.OciRuntime;
import org.anyarch.session.PrivateNetwork;
import org.anyarch.session.Resources;
import org.anyarch.session.SessionException;
import org.jspecify.annotations.Nullable;

/// The container of `anyarch run`, as its options have it.
///
/// @param scratch a folder that ends with the session
/// @param programs what can be executed in this session
/// @param carrier what gives it a private network, if that is what it has
/// @param group makes the control group that limits it, if it is limited
record RunContainer(
    Arguments arguments,
    Path scratch,
    Executables programs,
    Confinement confinement,
    NameFiles names,
    Optional<PrivateNetwork.Carrier> carrier,
    Limiter group,
    Context context) {
  private static final Option ENV =
      Option.many("env", "NAME=VALUE", "set a variable; NAME alone passes the caller's on")
          .letter('e');
  private static final Option WORKDIR =
      Option.of("workdir", "DIR", "start in this folder").letter('w');
  private static final Option USER =
      Option.of("user", "NAME[:GROUP]", "run as this user of the image").letter('u');
  private static final Option VOLUME =
      Option.many("volume", "SRC:DST[:ro]", "show a file or folder of the host in the container");
  private static final Option READ_ONLY = Option.flag("read-only", "mount the root read-only");

  static final List<Option> OPTIONS = List.of(ENV, WORKDIR, USER, VOLUME, READ_ONLY);

  /// Makes a control group, or none.
  interface Limiter {
    ControlGroups.@Nullable Group make() throws SessionException, IOException;
  }

  /// What it runs in.
  ///
  /// @param shown what messages call it
  /// @param folder where it is mounted
  /// @param parameters what an image says of its programs
  /// @param narrow whether these are 32-bit ones that this machine runs by itself
  record Root(String shown, Path folder, ExecutionParameters parameters, boolean narrow) {}

  /// Reads the options, and finds what they need: what is missing is said before anything is
  /// unpacked. To be called while /sys is writable.
  static RunContainer of(
      Arguments arguments, Path scratch, Executables programs, LazyStore stores, Context context)
      throws UsageException, CommandException, SessionException, IOException {
    return new RunContainer(
        arguments,
        scratch,
        programs,
        ContainerOptions.confinement(arguments),
        new NameFiles(scratch, ContainerOptions.hosts(arguments)),
        ContainerOptions.carrier(arguments, context),
        limiter(ResourceOptions.of(arguments), scratch, stores, context),
        context);
  }

  private static Limiter limiter(
      Resources resources, Path scratch, LazyStore stores, Context context)
      throws CommandException, SessionException, IOException {
    if (resources.isUnlimited()) {
      return () -> null;
    }
    Store store = stores.get();
    ControlGroups groups = ControlGroups.open(resources, scratch, context.kernel().get().mounts());
    groups.sweep(store.owner(), store::hasSession);
    return () -> groups.make(store.owner() + "-" + store.session() + "-run");
  }

  /// `NAME=VALUE` or `NAME`.
  static List<String> variables(Arguments arguments) {
    return arguments.values(ENV);
  }

  /// Whether it has this machine's network.
  boolean isOnline() {
    return confinement.network() == Confinement.Network.HOST;
  }

  /// Runs a command in it to its end, and returns the command's status.
  ///
  /// @param shown in it beside what the options ask for
  int run(OciRuntime runtime, Root root, List<ContainerSpec.Bind> shown, List<String> command)
      throws UsageException, SessionException, IOException, InterruptedException, CommandException {
    List<ContainerSpec.Bind> binds = new ArrayList<>(names.binds(confinement.network()));
    binds.addAll(shown);
    binds.addAll(volumes());
    ContainerSpec.Program program = program(root, command);
    try (PrivateNetwork network = network();
        ControlGroups.Group limits = group.make()) {
      ContainerSpec spec =
          new ContainerSpec(
              root.folder(),
              arguments.has(READ_ONLY),
              program,
              binds,
              confinement,
              Optional.ofNullable(network).map(PrivateNetwork::namespace));
      new ProgramInRoot(spec, root.shown(), programs).require();
      MountStubs stubs = new MountStubs(root.folder(), spec.mountTargets());
      try {
        ProcessBuilder started = runtime.prepare("run", spec.withInit(init())).inheritIO();
        if (limits != null) {
          started.command().addAll(0, limits.prefix());
        }
        return wait(started, context);
      } finally {
        stubs.remove();
      }
    }
  }

  private @Nullable PrivateNetwork network()
      throws SessionException, IOException, InterruptedException {
    return carrier.isPresent()
        ? carrier.get().open(scratch, "run", context.kernel().get().mounts())
        : null;
  }

  private ContainerSpec.Program program(Root root, List<String> command)
      throws UsageException, SessionException, IOException {
    ExecutionParameters image = root.parameters();
    boolean terminal = Terminal.is(0) && Terminal.is(1);
    Account account = Accounts.of(root.folder()).find(arguments.value(USER).orElse(image.user()));
    String folder =
        arguments.value(WORKDIR).orElse(image.workingDir().isEmpty() ? "/" : image.workingDir());
    if (!folder.startsWith("/")) {
      throw new UsageException("--workdir " + folder + " is not absolute");
    }
    return new ContainerSpec.Program(
        command,
        environment(image.variables(), account, terminal),
        folder,
        account,
        terminal,
        root.narrow());
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

  private Map<String, String> environment(
      Map<String, String> image, Account account, boolean terminal) throws UsageException {
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

  private List<ContainerSpec.Bind> volumes() throws UsageException, IOException {
    List<ContainerSpec.Bind> binds = new ArrayList<>();
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
