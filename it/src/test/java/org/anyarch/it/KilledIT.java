package org.anyarch.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What is left of a build that is killed in the middle.
@ResourceLock(value = Machine.CONTROL_GROUPS, mode = ResourceAccessMode.READ)
final class KilledIT {
  private static final int MOMENTS = 10;

  static List<Actor> actors() {
    return Machine.actors();
  }

  @ParameterizedTest
  @MethodSource("actors")
  void killingABuildAtAnyMomentLeavesTheHostAsItWas(Actor actor)
      throws IOException, InterruptedException {
    Images.base(actor, List.of("linux/arm64", "linux/s390x"));
    actor.write(
        "app/Containerfile",
        """
        FROM oci:../base
        RUN i=0; while [ $i -lt 20 ]; do echo $i > /file-$i; uname -m; i=$((i+1)); done
        RUN sh -c 'sleep 1000 & uname -m'
        """);
    List<String> command =
        actor.command(
            Map.of(),
            "build",
            "--platform",
            "linux/arm64,linux/s390x",
            "-o",
            "oci:result",
            "-t",
            "x",
            "app");
    long whole = timed(actor, command, Long.MAX_VALUE);
    String digest =
        Images.succeed(Images.build(actor, "kept", List.of("linux/arm64", "linux/s390x"), "app"))
            .out();
    Map<String, Object> before = Machine.host(actor.folder().toString());

    for (int moment = 0; moment < MOMENTS; moment++) {
      deleted(actor.folder().resolve("result"));
      timed(actor, command, whole * moment / MOMENTS);
      assertThat(Machine.host(actor.folder().toString()))
          .as("after %d/%d of the build", moment, MOMENTS)
          .isEqualTo(before);
    }

    Outcome next =
        Images.succeed(Images.build(actor, "kept", List.of("linux/arm64", "linux/s390x"), "app"));
    assertThat(next.out()).isEqualTo(digest);
    assertThat(actor.left("work")).isEmpty();
  }

  /// This process has the lock that the build's store needs.
  @ParameterizedTest
  @CsvSource({"TERM, 143", "HUP, 129"})
  void aBuildThatWaitsForItsStoreIsInterruptedToo(String signal, int status)
      throws IOException, InterruptedException {
    Actor actor = Machine.root();
    actor.write("app/Containerfile", "FROM scratch\nENV A=b\n");
    Images.succeed(Images.build(actor, "first", List.of("linux/amd64"), "app"));
    Path err = actor.write("err", "");
    ProcessBuilder builder =
        new ProcessBuilder(actor.command(Map.of(), "build", "-o", "oci:result", "app"))
            .directory(actor.folder().toFile())
            .redirectError(err.toFile());
    builder.environment().putAll(actor.environment(Map.of()));
    Path locked = actor.home().resolve("lock");
    try (FileChannel store = FileChannel.open(locked, StandardOpenOption.WRITE);
        FileLock lock = store.lock()) {
      assertThat(lock.isValid()).isTrue();
      Process process = builder.start();
      // Until it waits, a signal would end it all the same, but not by the way that is tried here.
      awaitWaitingFor(locked);

      Processes.must(Path.of("/"), "kill", "-" + signal, String.valueOf(process.pid()));

      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).isEqualTo(status);
    }
    assertThat(err).hasContent("anyarch build: interrupted");
  }

  /// This process has the lock that the output's index is replaced under.
  @Test
  void aBuildThatWaitsForItsOutputIsInterruptedToo() throws IOException, InterruptedException {
    Actor actor = Machine.root();
    actor.write("app/Containerfile", "FROM scratch\nENV A=b\n");
    Images.succeed(Images.build(actor, "result", List.of("linux/amd64"), "app"));
    Path index = actor.folder().resolve("result/index.json");
    String before = Files.readString(index);
    Path err = actor.write("err", "");
    ProcessBuilder builder =
        new ProcessBuilder(actor.command(Map.of(), "build", "-t", "new", "-o", "oci:result", "app"))
            .directory(actor.folder().toFile())
            .redirectError(err.toFile());
    builder.environment().putAll(actor.environment(Map.of()));
    Path locked = actor.folder().resolve("result/oci-layout");
    try (FileChannel output = FileChannel.open(locked, StandardOpenOption.WRITE);
        FileLock lock = output.lock()) {
      assertThat(lock.isValid()).isTrue();
      Process process = builder.start();
      awaitWaitingFor(locked);

      Processes.must(Path.of("/"), "kill", "-TERM", String.valueOf(process.pid()));

      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).isEqualTo(128 + 15);
    }
    assertThat(Files.readString(err)).endsWith("anyarch build: interrupted\n");
    assertThat(index).hasContent(before);
  }

  /// /proc/locks names a file by its device and inode.
  private static void awaitWaitingFor(Path file) throws IOException {
    Pattern waiting = Pattern.compile("-> POSIX .*:" + Files.getAttribute(file, "unix:ino") + " ");
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (!waiting.matcher(Files.readString(Path.of("/proc/locks"))).find()) {
      assertThat(System.nanoTime()).as("nobody waits for %s", file).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  /// SIGTERM and not SIGINT, which a process in the background ignores; both take the same way.
  @Test
  void anInterruptedBuildDoesNotWaitForItsSteps() throws IOException, InterruptedException {
    Actor actor = Machine.user();
    Images.base(actor, List.of("linux/s390x"));
    actor.write("app/Containerfile", "FROM oci:../base\nRUN echo started; sleep 100000\n");
    Map<String, Object> before = Machine.host(actor.folder().toString());
    ProcessBuilder builder =
        new ProcessBuilder(
                actor.command(
                    Map.of(), "build", "--platform", "linux/s390x", "-o", "oci:result", "app"))
            .directory(actor.folder().toFile())
            .redirectErrorStream(true);
    builder.environment().putAll(actor.environment(Map.of()));
    Process process = builder.start();
    StringBuilder output = new StringBuilder();
    try (BufferedReader lines = process.inputReader()) {
      String line = lines.readLine();
      while (line != null) {
        output.append(line).append('\n');
        if (line.endsWith("| started")) {
          process.toHandle().destroy(); // Process.destroy() closes the pipe too
        }
        line = lines.readLine();
      }
    }

    assertThat(process.waitFor()).as("%s", output).isEqualTo(128 + 15);
    assertThat(output).endsWith("anyarch build: interrupted\n");
    assertThat(actor.folder().resolve("result")).doesNotExist();
    assertThat(actor.left("work")).isEmpty();
    assertThat(Machine.host(actor.folder().toString())).isEqualTo(before);
  }

  private static void deleted(Path folder) {
    Processes.must(Path.of("/"), "rm", "-rf", folder.toString());
  }

  /// Runs for at most so many milliseconds, then kills the process that a shell would know; returns
  /// how long it took.
  private static long timed(Actor actor, List<String> command, long limit)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(actor.folder().toFile());
    builder.environment().putAll(actor.environment(Map.of()));
    builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
    long start = System.nanoTime();
    Process process = builder.start();
    boolean ended =
        limit == Long.MAX_VALUE
            ? process.waitFor() >= 0
            : process.waitFor(limit, TimeUnit.MILLISECONDS);
    if (!ended) {
      process.destroyForcibly().waitFor();
      awaitSilence(actor.folder().toString());
    }
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
  }

  /// The kernel takes a moment to kill a PID namespace; it must not need more than ten seconds.
  private static void awaitSilence(String marker) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (System.nanoTime() < deadline
        && ProcessHandle.allProcesses()
            .anyMatch(p -> p.info().commandLine().filter(c -> c.contains(marker)).isPresent())) {
      Thread.onSpinWait();
    }
  }
}
