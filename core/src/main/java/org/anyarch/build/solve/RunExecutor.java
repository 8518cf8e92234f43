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
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
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
import org.anyarch.session.ControlGroups;
import org.anyarch.session.NameFiles;
import org.anyarch.session.OciRuntime;
import org.anyarch.session.PrivateNetwork;
import org.anyarch.session.SessionException;
import org.jspecify.annotations.Nullable;

/// Runs a RUN step in a container whose root is a mounted snapshot.
final class RunExecutor {
  /// How much of what a failed program printed stands in the error.
  private static final int TAIL_LINES = 10;

  private final FutureTask<OciRuntime> runtime;
  private final Optional<ControlGroups> groups;
  private final Path scratch;
  private final StepMounts.Shop shop;
  private final RunSettings settings;
  private final NameFiles names;
  private final AtomicInteger next = new AtomicInteger();

  RunExecutor(RunMeans means, Optional<ControlGroups> groups, StepMounts.Shop shop) {
    this.groups = groups;
    this.runtime =
        new FutureTask<>(
            () -> {
              try {
                return means.ready();
              } catch (SessionException e) {
                throw BuildException.unsupported(String.valueOf(e.getMessage()), e);
              }
            });
    this.scratch = shop.scratch();
    this.shop = shop;
    this.settings = shop.settings();
    this.names = new NameFiles(scratch, settings.hosts());
  }

  /// Where a step runs.
  ///
  /// @param root mounted
  /// @param shown in it beside what the step itself asks for
  /// @param started is told the number of the process that all of the step's are below of
  record Place(Path root, List<ContainerSpec.Bind> shown, LongConsumer started) {
    Place(Path root) {
      this(root, List.of(), _ -> {});
    }
  }

  /// Sees to it that programs of all platforms can be started.
  OciRuntime ready() throws IOException, BuildException, InterruptedException {
    // Does nothing but for the first step.
    runtime.run();
    return Tasks.result(runtime);
  }

  void run(
      PlannedStep.RunStep step,
      Platform platform,
      Place place,
      MountSource.Finder finder,
      Progress.Step progress)
      throws IOException, BuildException, InterruptedException {
    Path root = place.root();
    Confinement confinement = settings.confinement(step);
    OciRuntime ready = ready();
    String id = "step-" + next.incrementAndGet();
    try (StepMounts mounts = shop.open(step, finder, progress);
        PrivateNetwork network = network(confinement, id);
        ControlGroups.Group group = group(id)) {
      List<ContainerSpec.Bind> binds = new ArrayList<>(names.binds(confinement.network()));
      binds.addAll(place.shown());
      binds.addAll(mounts.binds());
      binds.addAll(
          InlineFiles.programs(
              step.scripts(), scratch.resolve("scripts-" + id), PlannedStep.RunStep.SCRIPTS));
      ContainerSpec spec =
          new ContainerSpec(
              root,
              false,
              program(step, platform, root, mounts.environment()),
              binds,
              confinement,
              Optional.ofNullable(network).map(PrivateNetwork::namespace));
      MountStubs stubs = new MountStubs(root, spec.mountTargets());
      Path folder = RootPath.resolve(root, step.workingDir());
      if (!Files.isDirectory(folder)) {
        Files.createDirectories(folder);
      }
      ProcessBuilder command = ready.prepare(id, spec);
      if (group != null) {
        command.command().addAll(0, group.prefix());
      }
      run(new Started(ready, id, command, place.started()), step, progress);
      stubs.remove();
    } catch (SessionException e) {
      throw BuildException.unsupported(step.location() + ": RUN: " + e.getMessage(), e);
    }
  }

  /// Whether the step can reach whatever this machine can. A private network is kept from some of
  /// it, so nothing may be fetched in the name of a step that has one.
  boolean hasHostNetwork(PlannedStep.RunStep step) throws BuildException {
    return settings.confinement(step).network() == Confinement.Network.HOST;
  }

  private @Nullable PrivateNetwork network(Confinement confinement, String id)
      throws SessionException, IOException, InterruptedException {
    return confinement.network() == Confinement.Network.PRIVATE
        ? settings.carrier().orElseThrow().open(scratch, id, shop.kernel().mounts())
        : null;
  }

  private ControlGroups.@Nullable Group group(String id) throws SessionException, IOException {
    return groups.isPresent()
        ? groups.get().make(shop.store().owner() + "-" + shop.store().session() + "-" + id)
        : null;
  }

  private static ContainerSpec.Program program(
      PlannedStep.RunStep step, Platform platform, Path root, Map<String, String> more)
      throws IOException, BuildException {
    Account account = account(step, root);
    Map<String, String> environment = new LinkedHashMap<>(step.environment());
    environment.putIfAbsent("HOME", account.home());
    environment.putAll(more);
    boolean narrow =
        Guest.of(platform).filter(guest -> guest.isNarrowSiblingOf(Platform.host())).isPresent();
    return new ContainerSpec.Program(
        step.argv(), environment, step.workingDir(), account, false, narrow);
  }

  /// A container about to be started.
  private record Started(
      OciRuntime with, String id, ProcessBuilder command, LongConsumer started) {}

  private void run(Started container, PlannedStep.RunStep step, Progress.Step progress)
      throws IOException, BuildException, InterruptedException {
    ProcessBuilder command = container.command();
    command.redirectErrorStream(true);
    command.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    Process process = command.start();
    container.started().accept(process.pid());
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
    Thread.ofPlatform().daemon().name("output of " + container.id()).start(output);
    int status;
    try {
      status = process.waitFor();
      output.get();
    } catch (InterruptedException e) {
      container.with().kill(container.id(), process);
      throw e;
    } catch (ExecutionException e) {
      throw new IOException("cannot read the output of " + step.text(), e.getCause());
    }
    if (status != 0) {
      throw new BuildException(failure(step, status, tail));
    }
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
    StringBuilder text = new StringBuilder(step.location() + ": " + step.text() + " " + how);
    if (!tail.isEmpty()) {
      text.append("; its last output:");
      tail.forEach(line -> text.append("\n  ").append(line));
    }
    return text.toString();
  }
}
