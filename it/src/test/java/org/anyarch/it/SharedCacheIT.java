package org.anyarch.it;

import static org.anyarch.it.CachedApp.OWN;
import static org.anyarch.it.CachedApp.build;
import static org.anyarch.it.CachedApp.prepared;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A cache that several builds use, and what killed ones leave in it.
@ResourceLock(value = Machine.CONTROL_GROUPS, mode = ResourceAccessMode.READ)
final class SharedCacheIT {
  /// With two actors a hundred random moments of a build.
  private static final int KILLS = Integer.getInteger("anyarch.kills", 50);

  static List<Actor> actors() {
    return Machine.actors();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4})
  void buildsAtOnceRunAStepOnce(int builds) throws IOException, InterruptedException {
    Actor actor = Machine.user();
    Images.base(actor, List.of(OWN));
    actor.write(
        "app/Containerfile",
        "FROM oci:../base\nRUN echo first-ran; sleep 1\nRUN echo second-ran; sleep 1\n");
    List<Future<Outcome>> running = new ArrayList<>();
    List<Outcome> outcomes = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(builds)) {
      for (int i = 0; i < builds; i++) {
        String result = "result-" + i;
        running.add(threads.submit(() -> Images.build(actor, result, List.of(OWN), "app")));
      }
      for (Future<Outcome> one : running) {
        outcomes.add(Images.succeed(one.get()));
      }
    } catch (ExecutionException e) {
      throw new AssertionError(e);
    }

    assertThat(outcomes.stream().map(Outcome::out).distinct()).hasSize(1);
    String all = String.join("", outcomes.stream().map(Outcome::err).toList());
    assertThat(all.lines().filter(line -> line.endsWith("| first-ran"))).hasSize(1);
    assertThat(all.lines().filter(line -> line.endsWith("| second-ran"))).hasSize(1);
    assertThat(actor.left("work")).isEmpty();
  }

  @Test
  void aBuildTakesOverFromOneThatIsKilled() throws IOException, InterruptedException {
    Actor actor = Machine.user();
    Images.base(actor, List.of(OWN));
    actor.write("app/Containerfile", "FROM oci:../base\nRUN echo started; sleep 4; echo ended\n");
    Process first = start(actor, "first");
    try (BufferedReader lines = first.inputReader()) {
      await(lines, "| started");
      Process second = start(actor, "second");
      try (BufferedReader other = second.inputReader()) {
        await(other, "waiting for another build's RUN");
        first.toHandle().destroyForcibly();
        await(other, "| started");
        await(other, "| ended");
        assertThat(second.waitFor()).isZero();
      }
    }
    // The next session removes what the killed one left.
    assertThat(build(actor).err()).doesNotContain("done in");
    assertThat(actor.left("work")).isEmpty();
  }

  @Test
  void aStepThatIsRunAgainLeavesWhatAnotherBuildUses() throws IOException, InterruptedException {
    Actor actor = Machine.user();
    Images.base(actor, List.of(OWN));
    actor.write(
        "app/Containerfile",
        "FROM oci:../base AS one\nRUN echo one > /one\nFROM one\nRUN echo started; sleep 4\n");
    Process first = start(actor, "first");
    try (BufferedReader lines = first.inputReader()) {
      await(lines, "| started");
      Images.succeed(
          Images.build(actor, "second", List.of(OWN), "app", "--no-cache", "--target", "one"));
      assertThat(first.isAlive()).isTrue();
      await(lines, "done");
      assertThat(first.waitFor()).isZero();
    }
  }

  private static Process start(Actor actor, String result) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                actor.command(Map.of(), "build", "--platform", OWN, "-o", "oci:" + result, "app"))
            .directory(actor.folder().toFile())
            .redirectErrorStream(true);
    builder.environment().putAll(actor.environment(Map.of()));
    return builder.start();
  }

  private static void await(BufferedReader lines, String wanted) throws IOException {
    StringBuilder seen = new StringBuilder();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      seen.append(line).append('\n');
      if (line.contains(wanted)) {
        return;
      }
    }
    throw new AssertionError("no \"" + wanted + "\" in:\n" + seen);
  }

  @ParameterizedTest
  @MethodSource("actors")
  void killsAtRandomMomentsLeaveNothingAndABuildGoesOn(Actor actor)
      throws IOException, InterruptedException {
    prepared(actor);
    long seed = Long.getLong("anyarch.seed", System.nanoTime());
    Random random = new Random(seed);
    List<String> command =
        actor.command(
            Map.of(), "build", "-q", "--platform", OWN, "-o", "oci:result", "-t", "x", "app");
    long start = System.nanoTime();
    String digest = build(actor, "--no-cache").out();
    int whole = (int) TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    Map<String, Object> before = Machine.host(actor.folder().toString());

    for (int i = 0; i < KILLS; i++) {
      if (i % 4 == 0) {
        Images.succeed(actor.anyarch("cache", "prune"));
      }
      ProcessBuilder builder = new ProcessBuilder(command).directory(actor.folder().toFile());
      builder.environment().putAll(actor.environment(Map.of()));
      builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
      Process process = builder.start();
      if (!process.waitFor(random.nextInt(whole), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
      }
      awaitSilence(actor.folder().toString());
      assertThat(Machine.host(actor.folder().toString())).as("seed %d", seed).isEqualTo(before);
    }

    assertThat(build(actor).out()).as("seed %d", seed).isEqualTo(digest);
    assertThat(actor.left("work")).as("seed %d", seed).isEmpty();
    try (Stream<Path> steps = Files.list(actor.home().resolve("steps"))) {
      assertThat(steps).allSatisfy(step -> assertThat(step.resolve("entry")).isNotEmptyFile());
    }
  }

  /// The kernel takes a moment to kill a PID namespace.
  private static void awaitSilence(String marker) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (System.nanoTime() < deadline
        && ProcessHandle.allProcesses()
            .anyMatch(p -> p.info().commandLine().filter(c -> c.contains(marker)).isPresent())) {
      Thread.onSpinWait();
    }
  }
}
