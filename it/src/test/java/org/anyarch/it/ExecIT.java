package org.anyarch.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A program under `exec` behaves as if it had been started directly.
final class ExecIT {
  static List<Actor> actors() {
    return Machine.actors();
  }

  private static Path root(Actor actor, String arch) throws IOException {
    Path root = actor.folder().resolve(arch + "-root");
    Files.createDirectories(root);
    Processes.must(
        root, "tar", "-xf", Machine.roots().resolve(arch + ".tar").toString(), "--no-same-owner");
    actor.give(root);
    return root;
  }

  @ParameterizedTest
  @MethodSource("actors")
  void aForeignProgramBelowExecIsEmulated(Actor actor) throws IOException, InterruptedException {
    Path root = root(actor, "s390x");

    Outcome outcome =
        actor.anyarch("exec", "--", "chroot", root.toString(), "/bin/busybox", "uname", "-m");

    assertThat(outcome.out()).as("%s", outcome).isEqualTo("s390x\n");
    assertThat(outcome.status()).isZero();
  }

  @ParameterizedTest
  @MethodSource("actors")
  void exitStatusesPassThrough(Actor actor) throws IOException, InterruptedException {
    assertThat(actor.anyarch("exec", "--", "sh", "-c", "exit 3").status()).isEqualTo(3);
    assertThat(actor.anyarch("exec", "--", "sh", "-c", "kill -TERM $$").status())
        .isEqualTo(128 + 15);
    assertThat(actor.anyarch("exec", "--", "no-such-program").status()).isEqualTo(127);
    assertThat(actor.anyarch("exec", "--", "/etc/passwd").status()).isEqualTo(126);
    assertThat(actor.anyarch("exec").status()).isEqualTo(125);
  }

  @ParameterizedTest
  @MethodSource("actors")
  void standardInputPassesThrough(Actor actor) throws IOException, InterruptedException {
    Outcome outcome = actor.anyarch(Map.of(), "one\ntwo\n", "exec", "--", "wc", "-l");

    assertThat(outcome.out().strip()).isEqualTo("2");
  }

  @ParameterizedTest
  @MethodSource("actors")
  void theEnvironmentIsTheCallers(Actor actor) throws IOException, InterruptedException {
    Outcome outcome =
        actor.anyarch(Map.of("LC_ALL", "POSIX", "MINE", "1"), "", "exec", "--", "env");

    assertThat(outcome.out())
        .contains("LC_ALL=POSIX\n")
        .contains("MINE=1\n")
        .doesNotContain("ANYARCH_SESSION");
  }

  /// A JVM knows neither bytes that are no text nor who ignores which signal.
  @ParameterizedTest
  @MethodSource("actors")
  void argumentsEnvironmentAndIgnoredSignalsPassThroughToTheByte(Actor actor)
      throws IOException, InterruptedException {
    String exec = Machine.anyarch() + " exec -- ";
    String script =
        """
        trap '' INT PIPE
        X=$(printf 'e\\351'); %ssh -c 'printf %%s "$X$1"' sh "$(printf 'a\\377')" | od -An -tx1
        sed -n s/^SigIgn://p /proc/self/status
        %ssed -n s/^SigIgn://p /proc/self/status
        """
            .formatted("export X; " + exec, exec);

    Outcome outcome =
        Processes.run(
            actor.folder(),
            actor.environment(Map.of()),
            "",
            actor.as(Map.of(), List.of("sh", "-c", script)));

    List<String> lines = outcome.out().lines().map(String::strip).toList();
    assertThat(lines).as("%s", outcome).hasSize(3);
    assertThat(lines.getFirst()).isEqualTo("65 e9 61 ff");
    assertThat(lines.get(2)).endsWith("1002").isEqualTo(lines.get(1));
  }

  /// Even one that the caller could not enter again, and as a folder of the session's own mounts.
  @ParameterizedTest
  @MethodSource("actors")
  void theWorkingFolderIsTheCallers(Actor actor) throws IOException, InterruptedException {
    String exec = Machine.anyarch() + " exec --platform arm64 -- ";
    String script =
        exec + "mount --bind . /mnt && mkdir closed && cd closed && chmod 000 . && " + exec + "pwd";

    Outcome outcome =
        Processes.run(
            actor.folder(),
            actor.environment(Map.of()),
            "",
            actor.as(Map.of(), List.of("sh", "-c", script)));

    assertThat(outcome.out()).as("%s", outcome).isEqualTo(actor.folder() + "/closed\n");
  }

  @ParameterizedTest
  @MethodSource("actors")
  void aForeignProgramWithoutHandlerIsNoScript(Actor actor)
      throws IOException, InterruptedException {
    Path root = root(actor, "s390x");

    Outcome outcome =
        actor.anyarch("exec", "--platform", "arm64", "--", root + "/bin/busybox", "true");

    assertThat(outcome.status()).as("%s", outcome).isEqualTo(126);
    assertThat(outcome.err())
        .contains("cannot start " + root + "/bin/busybox: Exec format error; no emulator");
  }

  @ParameterizedTest
  @MethodSource("actors")
  void aSignalReachesTheProgramOnce(Actor actor) throws IOException, InterruptedException {
    Path out = actor.write("out", "");
    ProcessBuilder builder =
        new ProcessBuilder(
            actor.command(
                Map.of(),
                "exec",
                "--",
                "sh",
                "-c",
                "n=0; trap 'n=$((n+1)); echo got $n' TERM; echo ready; while [ $n -lt 1 ]; do sleep 0.1; done; sleep 0.3; exit 9"));
    builder.environment().putAll(actor.environment(Map.of()));
    Process process =
        builder.redirectOutput(out.toFile()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    awaitText(out, "ready");

    process.destroy();

    assertThat(process.waitFor()).isEqualTo(9);
    assertThat(out).hasContent("ready\ngot 1");
  }

  private static void awaitText(Path file, String text) throws IOException {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (!Files.readString(file).contains(text)) {
      assertThat(System.nanoTime())
          .as("no %s in %s within a minute", text, file)
          .isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  @ParameterizedTest
  @MethodSource("actors")
  void whatTheProgramLeavesRunningEndsWithIt(Actor actor) throws IOException, InterruptedException {
    String marker = "10" + actor.folder().getFileName().toString().hashCode();

    Images.succeed(
        actor.anyarch("exec", "--", "sh", "-c", "sleep " + marker.replace("-", "") + " & exit 0"));

    assertThat(
            ProcessHandle.allProcesses()
                .filter(p -> p.info().commandLine().orElse("").contains(marker.replace("-", ""))))
        .isEmpty();
  }

  @Test
  void aTerminalIsATerminal() throws IOException, InterruptedException {
    Actor actor = Machine.root();
    String command =
        Machine.anyarch() + " exec -- sh -c 'test -t 0 && test -t 1 && stty size && echo terminal'";

    Outcome outcome =
        Processes.run(
            actor.folder(),
            actor.environment(Map.of()),
            "",
            List.of("script", "-qec", command, "/dev/null"));

    assertThat(outcome.out()).as("%s", outcome).contains("terminal");
  }

  @ParameterizedTest
  @MethodSource("actors")
  void runStartsAContainerInARootFolder(Actor actor) throws IOException, InterruptedException {
    Path root = root(actor, "arm64");
    long before = entries(root);

    Outcome outcome =
        actor.anyarch("run", "--rootfs", root.toString(), "/bin/busybox", "uname", "-m");

    assertThat(outcome.out()).as("%s", outcome).isEqualTo("aarch64\n");
    assertThat(
            actor
                .anyarch("run", "--rootfs", root.toString(), "/bin/busybox", "sh", "-c", "exit 4")
                .status())
        .isEqualTo(4);
    assertThat(actor.anyarch("run", "--rootfs", root.toString(), "no-such").status())
        .isEqualTo(127);
    assertThat(actor.anyarch("run", "--rootfs", root.toString(), "/etc/../bin").status())
        .isEqualTo(126);
    assertThat(entries(root)).isEqualTo(before);
    assertThat(
            actor
                .anyarch("run", "--platform", "s390x", "--rootfs", root.toString(), "/bin/busybox")
                .status())
        .isEqualTo(126);
  }

  /// As service users have it; the emulators are given.
  @Test
  void execNeedsNoHomeThatCanBeWrittenAndRunSaysHowToGetOne()
      throws IOException, InterruptedException {
    Actor actor = Machine.user();
    Map<String, String> nowhere = Map.of("ANYARCH_HOME", "/proc/nowhere");

    assertThat(actor.anyarch(nowhere, "", "exec", "--platform", "arm64", "--", "true").status())
        .isZero();
    for (List<String> words :
        List.of(List.of("run", "oci:x"), List.of("build", "-o", "oci:x", "."))) {
      actor.write("Containerfile", "FROM scratch\n");
      Outcome outcome = actor.anyarch(nowhere, "", words.toArray(String[]::new));
      assertThat(outcome.status()).as("%s", outcome).isEqualTo(words.size() == 2 ? 125 : 1);
      assertThat(outcome.err()).hasLineCount(1).contains("/proc/nowhere").contains("ANYARCH_HOME");
    }
  }

  @Test
  void wrongPlacesAreNamedWithTheirOption() throws IOException, InterruptedException {
    Actor actor = Machine.root();
    Path root = root(actor, "arm64");

    assertThat(actor.anyarch("run", "--rootfs", "/nope", "true").err())
        .hasLineCount(1)
        .contains("--rootfs /nope is not a folder");
    assertThat(
            actor
                .anyarch("run", "--volume", "/nope:/v", "--rootfs", root.toString(), "/bin/busybox")
                .err())
        .hasLineCount(1)
        .contains("--volume /nope:/v: there is no /nope");
    assertThat(actor.anyarch("run", "docker.io/library/debian", "true").err())
        .hasLineCount(1)
        .doesNotContain("--build-context");
  }

  private static long entries(Path root) throws IOException {
    try (var walk = Files.walk(root)) {
      return walk.count();
    }
  }
}
