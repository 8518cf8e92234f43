package org.anyarch.build.solve;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.anyarch.build.BuildException;
import org.anyarch.build.Progress;
import org.anyarch.build.plan.PlannedStep;
import org.anyarch.oci.RootPath;
import org.anyarch.platform.Guest;
import org.anyarch.platform.Platform;
import org.anyarch.session.Account;
import org.anyarch.session.Accounts;
import org.anyarch.session.Confinement;
import org.anyarch.session.ContainerSpec;
import org.anyarch.session.OciRuntime;
import org.anyarch.session.SessionException;

/// Runs a RUN step in a container whose root is a mounted snapshot.
final class RunExecutor {
  /// How much of what a failed program printed stands in the error.
  private static final int TAIL_LINES = 10;

  private final OciRuntime runtime;
  private final Path scratch;
  private final StepMounts.Shop shop;
  private final RunSettings settings;
  private final AtomicInteger next = new AtomicInteger();

  RunExecutor(OciRuntime runtime, StepMounts.Shop shop) {
    this.runtime = runtime;
    this.scratch = shop.scratch();
    this.shop = shop;
    this.settings = shop.settings();
  }

  void run(
      PlannedStep.RunStep step,
      Platform platform,
      Path root,
      MountSource.Finder finder,
      Progress.Step progress)
      throws IOException, BuildException, InterruptedException {
    Confinement confinement = settings.confinement(step);
    try (StepMounts mounts = shop.open(step, finder, progress)) {
      run(step, platform, root, confinement, mounts, progress);
    }
  }

  private void run(
      PlannedStep.RunStep step,
      Platform platform,
      Path root,
      Confinement confinement,
      StepMounts mounts,
      Progress.Step progress)
      throws IOException, BuildException, InterruptedException {
    Account account = account(step, root);
    Map<String, String> environment = new LinkedHashMap<>(step.environment());
    environment.putIfAbsent("HOME", account.home());
    environment.putAll(mounts.environment());
    List<ContainerSpec.Bind> binds = binds();
    binds.addAll(mounts.binds());
    String id = "step-" + next.incrementAndGet();
    binds.addAll(
        InlineFiles.programs(
            step.scripts(), scratch.resolve("scripts-" + id), PlannedStep.RunStep.SCRIPTS));
    MountStubs stubs = new MountStubs(root, targets(binds));
    Path folder = RootPath.resolve(root, step.workingDir());
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder);
    }
    boolean narrow =
        Guest.of(platform).filter(guest -> guest.isNarrowSiblingOf(Platform.host())).isPresent();
    ContainerSpec spec =
        new ContainerSpec(
            root,
            step.argv(),
            environment,
            step.workingDir(),
            account,
            false,
            true,
            false,
            narrow,
            binds,
            confinement);
    ProcessBuilder command = runtime.prepare(id, spec).redirectErrorStream(true);
    command.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    Process process = command.start();
    ArrayDeque<String> tail = new ArrayDeque<>();
    // Reading a pipe cannot be interrupted, waiting for a process can.
    FutureTask<Void> output =
        new FutureTask<>(
            () -> {
              try (Reader printed = process.inputReader(StandardCharsets.UTF_8)) {
                new OutputLines(
                        line -> {
                          progress.output(line);
                          tail.addLast(line);
                          if (tail.size() > TAIL_LINES) {
                            tail.removeFirst();
                          }
                        },
                        progress::unfinished)
                    .read(printed);
              }
              return null;
            });
    Thread.ofPlatform().daemon().name("output of " + id).start(output);
    int status;
    try {
      status = process.waitFor();
      output.get();
    } catch (InterruptedException e) {
      runtime.kill(id, process);
      throw e;
    } catch (ExecutionException e) {
      throw new IOException("cannot read the output of " + step.text(), e.getCause());
    }
    if (status != 0) {
      throw new BuildException(failure(step, status, tail));
    }
    stubs.remove();
  }

  private static Account account(PlannedStep.RunStep step, Path root)
      throws IOException, BuildException {
    try {
      return Accounts.of(root).find(step.user());
    } catch (SessionException e) {
      throw new BuildException(
          step.location() + ": USER " + step.user() + ": " + e.getMessage(), e);
    }
  }

  private static String failure(PlannedStep.RunStep step, int status, ArrayDeque<String> tail) {
    String how =
        status > 128 && status < 160
            ? "was ended by signal " + (status - 128)
            : "exited with status " + status;
    StringBuilder text =
        new StringBuilder(
            step.location() + ": RUN " + String.join(" ", shown(step.argv())) + " " + how);
    if (!tail.isEmpty()) {
      text.append("; its last output:");
      tail.forEach(line -> text.append("\n  ").append(line));
    }
    return text.toString();
  }

  /// The shell form as the user wrote it.
  private static List<String> shown(List<String> argv) {
    return argv.size() == 3 && argv.get(0).equals("/bin/sh") && argv.get(1).equals("-c")
        ? argv.subList(2, 3)
        : argv;
  }

  /// Name resolution as the host has it, whose network a build shares.
  private List<ContainerSpec.Bind> binds() throws IOException {
    Path hosts = scratch.resolve("hosts");
    if (!Files.exists(hosts)) {
      StringBuilder lines =
          new StringBuilder(
              "127.0.0.1\tlocalhost anyarch\n::1\tlocalhost ip6-localhost ip6-loopback\n");
      new TreeMap<>(settings.hosts())
          .forEach((name, address) -> lines.append(address).append('\t').append(name).append('\n'));
      Files.writeString(hosts, lines.toString());
    }
    List<ContainerSpec.Bind> binds =
        new ArrayList<>(List.of(new ContainerSpec.Bind(hosts, "/etc/hosts", false)));
    Path resolver = Path.of("/etc/resolv.conf");
    if (Files.isReadable(resolver)) {
      binds.add(new ContainerSpec.Bind(resolver.toRealPath(), "/etc/resolv.conf", false));
    }
    return binds;
  }

  private static List<String> targets(List<ContainerSpec.Bind> binds) {
    List<String> targets = new ArrayList<>(List.of("/proc", "/sys", "/dev"));
    binds.forEach(bind -> targets.add(bind.target()));
    return targets;
  }
}
