package org.anyarch.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.anyarch.platform.Platform;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/// Limits that control groups keep. Root can make groups of version 1 anywhere; whether a machine
/// with version 2 lets anybody is its own affair, and then the refusal is looked at.
@ResourceLock(Machine.CONTROL_GROUPS)
final class RunLimitsIT {
  private static final String OWN = Platform.host().toString();
  private static final boolean VERSION_1 = Files.isDirectory(Path.of("/sys/fs/cgroup/memory"));

  private static Outcome build(Actor actor, String containerfile, String... limits)
      throws IOException, InterruptedException {
    Images.base(actor, List.of(OWN));
    actor.write("app/Containerfile", containerfile);
    return Images.build(actor, "result", List.of(OWN), "app", limits);
  }

  private static void succeedsOrIsRefused(Actor actor, Outcome outcome, int refused) {
    if (actor.isRoot() && VERSION_1) {
      Images.succeed(outcome);
    }
    if (outcome.status() != 0) {
      assertThat(outcome.status()).as("%s", outcome).isEqualTo(refused);
      assertThat(outcome.err())
          .contains("no limits by control groups")
          .contains("systemd-run --user --scope -p MemoryMax=50331648 -p AllowedCPUs=0");
    }
  }

  private static String groups() {
    return Processes.must(
        Path.of("/"), "find", "/sys/fs/cgroup", "-type", "d", "-name", "anyarch-*");
  }

  @Test
  void aStepHasWhatItIsGivenOrIsRefusedWithAWayOut() throws IOException, InterruptedException {
    for (Actor actor : Machine.actors()) {
      Outcome outcome =
          build(
              actor,
              """
              FROM oci:../base
              RUN test $(nproc) = 1 && ! dd if=/dev/zero of=/dev/null bs=200M count=1
              """,
              "--memory=48m",
              "--cpuset-cpus=0");

      succeedsOrIsRefused(actor, outcome, 3);
      assertThat(groups()).isEmpty();
    }
  }

  @Test
  void whatRunStartsIsLimitedAsStepsAre() throws IOException, InterruptedException {
    for (Actor actor : Machine.actors()) {
      Images.base(actor, List.of(OWN));
      Outcome outcome =
          actor.anyarch(
              "run",
              "--memory=48m",
              "--cpuset-cpus=0",
              "oci:base",
              "sh",
              "-c",
              "test $(nproc) = 1 && ! dd if=/dev/zero of=/dev/null bs=200M count=1");

      succeedsOrIsRefused(actor, outcome, 125);
      assertThat(groups()).isEmpty();
    }
  }

  @Test
  void groupsOfAKilledBuildGoWithTheNext() throws IOException, InterruptedException {
    Actor actor = Machine.root();
    Outcome first =
        build(
            actor,
            "FROM oci:../base\nRUN --mount=type=cache,target=/c touch /c/made\n",
            "--memory=64m");
    if (!VERSION_1 && first.status() == 3) {
      return;
    }
    Images.succeed(first);
    actor.write(
        "app/Containerfile",
        "FROM oci:../base\nRUN --mount=type=cache,target=/c touch /c/there; sleep 100000\n");
    ProcessBuilder builder =
        new ProcessBuilder(
                actor.command(Map.of(), "build", "-q", "--memory=64m", "-o", "oci:result", "app"))
            .directory(actor.folder().toFile())
            .redirectErrorStream(true)
            .redirectOutput(Path.of("/dev/null").toFile());
    builder.environment().putAll(actor.environment(Map.of()));
    Process killed = builder.start();
    RunMountsIT.awaitFile(actor, "there");
    killed.destroyForcibly().waitFor();
    assertThat(groups()).isNotEmpty();

    // Until the kernel has ended the killed build's last process, its group cannot go.
    RunMountsIT.await(
        () -> {
          Outcome next =
              actor.anyarch("build", "-q", "--memory=64m", "-o", "oci:result", "base-context");
          return next.status() == 0 && groups().isEmpty();
        });
  }
}
