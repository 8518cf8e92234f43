package org.anyarch.session;

import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What an OCI runtime shall start: a root folder, a program in it, and how much of the session it
/// sees.
///
/// @param root the root folder
/// @param arguments the program and its arguments
/// @param environment its environment, whole
/// @param workingFolder where it starts, absolute
/// @param user whose rights it has
/// @param terminal whether it gets a terminal of its own, connected to the caller's
/// @param ownProcesses whether it has a PID namespace of its own, so that all it started ends with
///   it
/// @param readOnlyRoot whether the root is mounted read-only
/// @param narrow whether its programs are 32-bit ones that a 64-bit machine runs by itself, and so
///   have to be told
/// @param binds files of the session shown in the container
/// @param confinement what it may not do or see
public record ContainerSpec(
    Path root,
    List<String> arguments,
    Map<String, String> environment,
    String workingFolder,
    Account user,
    boolean terminal,
    boolean ownProcesses,
    boolean readOnlyRoot,
    boolean narrow,
    List<Bind> binds,
    Confinement confinement) {

  /// Below /dev, which is the container's own: nothing is made in the root for it.
  private static final String INIT = "/dev/anyarch-init";

  /// A file or folder of the session at a place in the container.
  public record Bind(Path source, String target, boolean writable) {}

  /// Where the runtime mounts something, and so makes a file or folder if there is none.
  public List<String> mountTargets() {
    List<String> targets = new ArrayList<>(List.of("/proc", "/sys", "/dev"));
    binds.forEach(bind -> targets.add(bind.target()));
    return targets;
  }

  /// What container engines leave a container by default; nothing here reaches beyond the session.
  private static final List<String> CAPABILITIES =
      List.of(
          "CAP_AUDIT_WRITE",
          "CAP_CHOWN",
          "CAP_DAC_OVERRIDE",
          "CAP_FOWNER",
          "CAP_FSETID",
          "CAP_KILL",
          "CAP_MKNOD",
          "CAP_NET_BIND_SERVICE",
          "CAP_NET_RAW",
          "CAP_SETFCAP",
          "CAP_SETGID",
          "CAP_SETPCAP",
          "CAP_SETUID",
          "CAP_SYS_CHROOT");

  private static final List<String> MASKED =
      List.of(
          "/proc/acpi",
          "/proc/asound",
          "/proc/interrupts",
          "/proc/kcore",
          "/proc/keys",
          "/proc/latency_stats",
          "/proc/timer_list",
          "/proc/timer_stats",
          "/proc/sched_debug",
          "/proc/scsi",
          "/sys/devices/virtual/powercap",
          "/sys/firmware");

  private static final List<String> READ_ONLY =
      List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

  /// What is left of the session's capabilities only to insecure containers.
  private static final List<String> MORE_CAPABILITIES =
      List.of(
          "CAP_AUDIT_CONTROL",
          "CAP_AUDIT_READ",
          "CAP_BLOCK_SUSPEND",
          "CAP_BPF",
          "CAP_CHECKPOINT_RESTORE",
          "CAP_DAC_READ_SEARCH",
          "CAP_IPC_LOCK",
          "CAP_IPC_OWNER",
          "CAP_LEASE",
          "CAP_LINUX_IMMUTABLE",
          "CAP_MAC_ADMIN",
          "CAP_MAC_OVERRIDE",
          "CAP_NET_ADMIN",
          "CAP_NET_BROADCAST",
          "CAP_PERFMON",
          "CAP_SYS_ADMIN",
          "CAP_SYS_BOOT",
          "CAP_SYS_MODULE",
          "CAP_SYS_NICE",
          "CAP_SYS_PACCT",
          "CAP_SYS_PTRACE",
          "CAP_SYS_RAWIO",
          "CAP_SYS_RESOURCE",
          "CAP_SYS_TIME",
          "CAP_SYS_TTY_CONFIG",
          "CAP_SYSLOG",
          "CAP_WAKE_ALARM");

  /// A container as engines confine it by default.
  public ContainerSpec(
      Path root,
      List<String> arguments,
      Map<String, String> environment,
      String workingFolder,
      Account user,
      boolean terminal,
      boolean ownProcesses,
      boolean readOnlyRoot,
      boolean narrow,
      List<Bind> binds) {
    this(
        root,
        arguments,
        environment,
        workingFolder,
        user,
        terminal,
        ownProcesses,
        readOnlyRoot,
        narrow,
        binds,
        Confinement.DEFAULT);
  }

  public ContainerSpec {
    arguments = List.copyOf(arguments);
    // Order is kept: programs print it.
    environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
    binds = List.copyOf(binds);
  }

  /// The same with `init` as process 1: it starts the program as its child, on which signals have
  /// their usual effect, passes signals on, and ends the container with it.
  public ContainerSpec withInit(Path init) {
    List<String> words = new ArrayList<>(List.of(INIT));
    words.addAll(arguments);
    List<Bind> more = new ArrayList<>(binds);
    more.add(new Bind(init, INIT, false));
    return new ContainerSpec(
        root,
        words,
        environment,
        workingFolder,
        user,
        terminal,
        ownProcesses,
        readOnlyRoot,
        narrow,
        more,
        confinement);
  }

  /// The same with the limits that the caller has and a runtime would change.
  ContainerSpec withLimitsOf(Limits own) {
    return new ContainerSpec(
        root,
        arguments,
        environment,
        workingFolder,
        user,
        terminal,
        ownProcesses,
        readOnlyRoot,
        narrow,
        binds,
        confinement.withLimits(own.with(confinement.limits())));
  }

  /// The config.json of the OCI runtime specification.
  byte[] json() {
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    config.put("ociVersion", "1.0.2");
    process(config.putObject("process"));
    config.putObject("root").put("path", root.toString()).put("readonly", readOnlyRoot);
    config.put("hostname", "anyarch");
    mounts(config.putArray("mounts"));
    ObjectNode linux = config.putObject("linux");
    ArrayNode namespaces = linux.putArray("namespaces");
    List<String> types = new ArrayList<>(List.of("mount", "ipc", "uts"));
    if (ownProcesses) {
      types.add("pid");
    }
    if (!confinement.network()) {
      types.add("network");
    }
    types.forEach(type -> namespaces.addObject().put("type", type));
    if (!confinement.insecure()) {
      MASKED.forEach(linux.putArray("maskedPaths")::add);
      READ_ONLY.forEach(linux.putArray("readonlyPaths")::add);
      SystemCalls.describe(linux.putObject("seccomp"), System.getProperty("os.arch", ""));
    }
    return JsonMapper.shared().writeValueAsBytes(config);
  }

  private void process(ObjectNode process) {
    process.put("terminal", terminal);
    ObjectNode account = process.putObject("user").put("uid", user.uid()).put("gid", user.gid());
    ArrayNode groups = account.putArray("additionalGids");
    user.supplementary().forEach(groups::add);
    arguments.forEach(process.putArray("args")::add);
    ArrayNode variables = process.putArray("env");
    environment.forEach((name, value) -> variables.add(name + "=" + value));
    process.put("cwd", workingFolder);
    ObjectNode capabilities = process.putObject("capabilities");
    for (String set : List.of("bounding", "effective", "permitted")) {
      ArrayNode names = capabilities.putArray(set);
      CAPABILITIES.forEach(names::add);
      if (confinement.insecure()) {
        MORE_CAPABILITIES.forEach(names::add);
      }
    }
    // Of the others the container keeps the caller's, which it could not raise anyway.
    if (!confinement.limits().isEmpty()) {
      ArrayNode limits = process.putArray("rlimits");
      confinement
          .limits()
          .forEach(
              l ->
                  limits
                      .addObject()
                      .put("type", l.name())
                      .put("soft", unsigned(l.soft()))
                      .put("hard", unsigned(l.hard())));
    }
  }

  /// RLIM_INFINITY is the largest number of 64 bits, and -1 here.
  private static BigInteger unsigned(long value) {
    return new BigInteger(Long.toUnsignedString(value));
  }

  private void mounts(ArrayNode mounts) {
    mount(mounts, "/proc", "proc", "proc", List.of("nosuid", "noexec", "nodev"));
    mount(
        mounts,
        "/dev",
        "tmpfs",
        "tmpfs",
        List.of("nosuid", "strictatime", "mode=755", "size=65536k"));
    mount(
        mounts,
        "/dev/pts",
        "devpts",
        "devpts",
        List.of("nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"));
    mount(
        mounts,
        "/dev/shm",
        "tmpfs",
        "shm",
        List.of("nosuid", "noexec", "nodev", "mode=1777", "size=" + confinement.shmBytes()));
    mount(mounts, "/dev/mqueue", "mqueue", "mqueue", List.of("nosuid", "noexec", "nodev"));
    // A sysfs of its own needs a network namespace of its own, which a build does not have.
    mount(mounts, "/sys", "bind", "/sys", List.of("rbind", "nosuid", "noexec", "nodev", "ro"));
    for (Bind bind : binds) {
      mount(
          mounts,
          bind.target(),
          "bind",
          bind.source().toString(),
          List.of("rbind", "nosuid", "nodev", bind.writable() ? "rw" : "ro"));
    }
  }

  private static void mount(
      ArrayNode mounts, String target, String type, String source, List<String> options) {
    ObjectNode mount =
        mounts.addObject().put("destination", target).put("type", type).put("source", source);
    options.forEach(mount.putArray("options")::add);
  }
}
