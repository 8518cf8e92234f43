package org.anyarch.session;

import java.math.BigInteger;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Writes the config.json of the OCI runtime specification.
///
/// @param spec what is to be started
/// @param caller the limits of this process, for what runtimes would not pass on
record ContainerConfig(ContainerSpec spec, Limits caller) {

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

  byte[] json() {
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    config.put("ociVersion", "1.0.2");
    process(config.putObject("process"), spec.program());
    config
        .putObject("root")
        .put("path", spec.root().toString())
        .put("readonly", spec.readOnlyRoot());
    config.put("hostname", "anyarch");
    mounts(config.putArray("mounts"));
    ObjectNode linux = config.putObject("linux");
    ArrayNode namespaces = linux.putArray("namespaces");
    for (String type : List.of("mount", "ipc", "uts", "pid")) {
      namespaces.addObject().put("type", type);
    }
    if (spec.network().isPresent()) {
      namespaces.addObject().put("type", "network").put("path", spec.network().get().toString());
    } else if (spec.confinement().network() != Confinement.Network.HOST) {
      namespaces.addObject().put("type", "network");
    }
    if (!spec.confinement().insecure()) {
      MASKED.forEach(linux.putArray("maskedPaths")::add);
      READ_ONLY.forEach(linux.putArray("readonlyPaths")::add);
      SystemCalls.describe(
          linux.putObject("seccomp"),
          System.getProperty("os.arch", ""),
          Set.copyOf(capabilities()));
    }
    return JsonMapper.shared().writeValueAsBytes(config);
  }

  private List<String> capabilities() {
    return spec.confinement().insecure() ? Capabilities.ALL : Capabilities.DEFAULT;
  }

  private void process(ObjectNode process, ContainerSpec.Program program) {
    process.put("terminal", program.terminal());
    Account user = program.user();
    ObjectNode account = process.putObject("user").put("uid", user.uid()).put("gid", user.gid());
    ArrayNode groups = account.putArray("additionalGids");
    user.supplementary().forEach(groups::add);
    program.arguments().forEach(process.putArray("args")::add);
    ArrayNode variables = process.putArray("env");
    program.environment().forEach((name, value) -> variables.add(name + "=" + value));
    process.put("cwd", program.workingFolder());
    ObjectNode sets = process.putObject("capabilities");
    for (String set : List.of("bounding", "effective", "permitted")) {
      capabilities().forEach(sets.putArray(set)::add);
    }
    // Of the others the container keeps the caller's, which it could not raise anyway.
    List<Confinement.Limit> wanted = caller.with(spec.confinement().limits());
    if (!wanted.isEmpty()) {
      ArrayNode limits = process.putArray("rlimits");
      wanted.forEach(
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
        List.of("nosuid", "noexec", "nodev", "mode=1777", "size=" + spec.confinement().shmBytes()));
    mount(mounts, "/dev/mqueue", "mqueue", "mqueue", List.of("nosuid", "noexec", "nodev"));
    // A sysfs of its own needs a network namespace of its own, which a build does not have.
    mount(mounts, "/sys", "bind", "/sys", List.of("rbind", "nosuid", "noexec", "nodev", "ro"));
    for (ContainerSpec.Bind bind : spec.binds()) {
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
