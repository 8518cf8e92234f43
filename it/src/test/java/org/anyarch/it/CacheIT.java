package org.anyarch.it;

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
import org.anyarch.platform.Platform;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What builds leave for the next one.
final class CacheIT {
  private static final String OWN = Platform.host().toString();

  /// More of them for whoever has the time: `-Danyarch.kills=100`.
  private static final int KILLS = Integer.getInteger("anyarch.kills", 20);

  private static final String CONTAINERFILE =
      """
      FROM oci:../base AS tools
      RUN echo tool > /tool
      FROM oci:../base
      ARG VALUE=1
      COPY data /data
      RUN cat /data/file > /copied
      COPY --from=tools /tool /tool
      RUN echo $VALUE > /value
      """;

  static List<Actor> actors() {
    return Machine.actors();
  }

  private static void prepared(Actor actor) throws IOException, InterruptedException {
    Images.base(actor, List.of(OWN));
    actor.write("app/data/file", "content");
    actor.write("app/Containerfile", CONTAINERFILE);
  }

  private static Outcome build(Actor actor, String... more)
      throws IOException, InterruptedException {
    return Images.succeed(Images.build(actor, "result", List.of(OWN), "app", more));
  }

  /// The numbers of the last stage's steps that ran, ARG left out.
  private static List<Integer> ran(Outcome outcome) {
    List<Integer> numbers = new ArrayList<>();
    for (int step = 1; step <= 4; step++) {
      // ARG is the first line of the stage's history.
      if (outcome.err().contains("stage-1 " + (step + 1) + "/5] done in")) {
        numbers.add(step);
      }
    }
    return numbers;
  }

  @Test
  void whatMountsShowCountsByContentAndSecretsDoNot() throws IOException, InterruptedException {
    Actor actor = Machine.user();
    prepared(actor);
    actor.write("named/file", "one");
    actor.write("secret", "one");
    actor.write(
        "app/Containerfile",
        """
        FROM oci:../base
        RUN --mount=type=secret,id=s test -s /run/secrets/s
        RUN --mount=type=bind,from=named,target=/m cat /m/file > /from-named
        RUN --mount=type=bind,source=data,target=/m cat /m/file > /from-context
        COPY --link --from=named file /linked
        """);
    String[] more = {"--build-context", "named=named", "--secret", "id=s,src=secret"};
    assertThat(build(actor, more).err()).contains("1/4] done in").contains("4/4] done in");

    actor.write("secret", "two");
    actor.write("app/other", "not shown");
    assertThat(build(actor, more).err()).doesNotContain("done in");

    actor.write("app/data/file", "two");
    assertThat(build(actor, more).err())
        .contains("2/4] CACHED")
        .contains("3/4] done in")
        .contains("4/4] CACHED");

    actor.write("named/file", "two");
    assertThat(build(actor, more).err())
        .contains("1/4] CACHED")
        .contains("2/4] done in")
        .contains("3/4] done in")
        .contains("4/4] done in");
  }

  @ParameterizedTest
  @MethodSource("actors")
  void aStepRunsAgainIfWhatItDependsOnChanged(Actor actor)
      throws IOException, InterruptedException {
    prepared(actor);
    Path file = actor.folder().resolve("app/data/file");

    Outcome first = build(actor);
    assertThat(ran(first)).containsExactly(1, 2, 3, 4);
    assertThat(first.err()).doesNotContain("CACHED");

    Outcome same = build(actor);
    assertThat(ran(same)).isEmpty();
    assertThat(same.err()).contains("tools 1/1] CACHED RUN").doesNotContain("done in");
    assertThat(same.out()).isEqualTo(first.out());

    Processes.must(actor.folder(), "touch", "-d", "2001-01-01", file.toString());
    assertThat(ran(build(actor))).isEmpty();

    Processes.must(actor.folder(), "chmod", "711", file.toString());
    assertThat(ran(build(actor))).containsExactly(1, 2, 3, 4);

    // What was, is kept.
    Processes.must(actor.folder(), "chmod", "644", file.toString());
    assertThat(ran(build(actor))).isEmpty();

    actor.write("app/data/file", "CONTENT");
    Outcome changed = build(actor);
    assertThat(ran(changed)).containsExactly(1, 2, 3, 4);
    assertThat(changed.out()).isNotEqualTo(first.out());

    assertThat(ran(build(actor, "--build-arg", "VALUE=2"))).containsExactly(2, 3, 4);

    actor.write(
        "app/Containerfile",
        "# a comment\n" + CONTAINERFILE.replace("RUN echo $V", "RUN echo  $V"));
    assertThat(ran(build(actor))).containsExactly(4);

    actor.write("app/Containerfile", CONTAINERFILE.replace("echo tool", "echo other"));
    assertThat(ran(build(actor))).containsExactly(3, 4);
  }

  @Test
  void noCacheRunsWhatItIsToldToAndWhatDependsOnIt() throws IOException, InterruptedException {
    Actor actor = Machine.user();
    prepared(actor);
    Outcome first = build(actor);

    Outcome filtered = build(actor, "--no-cache-filter", "tools");
    assertThat(filtered.err()).contains("tools 1/1] done in");
    assertThat(ran(filtered)).containsExactly(3, 4);
    assertThat(filtered.out()).isEqualTo(first.out());
    assertThat(build(actor).err()).doesNotContain("done in");

    Outcome none = build(actor, "--no-cache");
    assertThat(none.err()).doesNotContain("CACHED");
    assertThat(none.out()).isEqualTo(first.out());

    Outcome wrong =
        Images.build(actor, "result", List.of(OWN), "app", "--no-cache-filter", "toolz");
    assertThat(wrong.status()).isEqualTo(1);
    assertThat(wrong.err()).contains("toolz");
  }

  @Test
  void folderTimesCoresUserAndCacheDoNotChangeTheDigest() throws IOException, InterruptedException {
    Actor user = Machine.user();
    Actor root = Machine.root();
    prepared(user);
    prepared(root);
    Processes.must(root.folder(), "find", "app", "-exec", "touch", "-d", "2031-05-06", "{}", "+");
    String digest = build(user).out();

    assertThat(build(root).out()).isEqualTo(digest);
    List<String> command = new ArrayList<>(List.of("taskset", "-c", "0"));
    command.addAll(
        root.command(
            Map.of(), "build", "-q", "--no-cache", "--platform", OWN, "-o", "oci:one", "app"));
    assertThat(
            Images.succeed(Processes.run(root.folder(), root.environment(Map.of()), "", command))
                .out())
        .isEqualTo(digest);
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

  private interface Damage {
    void to(Path step) throws IOException;
  }

  @Test
  void whatIsDamagedIsMadeAgain() throws IOException, InterruptedException {
    Actor actor = Machine.root();
    prepared(actor);
    String digest = build(actor).out();
    List<Damage> damages =
        List.of(
            step -> Files.writeString(step.resolve("entry"), "foreign"),
            step -> Files.delete(step.resolve("entry")),
            step -> Processes.must(step, "rm", "-rf", "fs"),
            step -> Files.writeString(step.resolve("packed-0"), "anyarch packed 1\n"),
            step -> {
              // In its place: the file itself is also the output's.
              if (Files.deleteIfExists(step.resolve("blob-0"))) {
                Files.writeString(step.resolve("blob-0"), "x");
              }
            });

    for (Damage damage : damages) {
      try (Stream<Path> steps = Files.list(actor.home().resolve("steps"))) {
        for (Path step : steps.toList()) {
          damage.to(step);
        }
      }
      Processes.must(actor.folder(), "rm", "-rf", "result");
      assertThat(build(actor).out()).isEqualTo(digest);
      assertThat(build(actor).err()).doesNotContain("done in");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"home", "result"})
  void aFullDiskIsSaidInOneLineAndDoesNoHarm(String full) throws IOException, InterruptedException {
    Actor actor = Machine.root();
    Images.base(actor, List.of(OWN));
    actor.write("app/Containerfile", "FROM oci:../base\nRUN head -c 9000000 /dev/urandom > /x\n");
    actor.write("small/Containerfile", "FROM oci:../base\nRUN echo x > /x\n");
    Files.createDirectories(actor.folder().resolve(full));
    String build = Machine.anyarch() + " build -q --platform " + OWN + " -o oci:result/out ";
    // Mounts end with the namespace.
    Outcome outcome =
        Processes.run(
            actor.folder(),
            actor.environment(Map.of()),
            "",
            List.of(
                "unshare",
                "--mount",
                "sh",
                "-c",
                "mount -t tmpfs -o size=8m none "
                    + full
                    + " && ! "
                    + build
                    + "app && "
                    + build
                    + "small"));

    assertThat(outcome.status()).as("%s", outcome).isZero();
    assertThat(outcome.out()).startsWith("sha256:");
    List<String> said = outcome.err().lines().filter(l -> l.startsWith("anyarch build:")).toList();
    assertThat(said).as("%s", outcome).hasSize(1);
    assertThat(outcome.err()).containsIgnoringCase("no space left on");
  }

  @Test
  void theCacheIsListedAndPruned() throws IOException, InterruptedException {
    Actor actor = Machine.user();
    prepared(actor);
    build(actor);

    String listed = Images.succeed(actor.anyarch("cache", "du")).out();
    assertThat(listed).contains("RUN cat /data/file").contains("layer sha256:").contains("total: ");
    assertThat(Images.succeed(actor.anyarch("cache", "du", "--json")).out())
        .contains("\"kind\" : \"step\"");

    Images.succeed(actor.anyarch("cache", "prune", "--dry-run"));
    Images.succeed(actor.anyarch("cache", "prune", "--older-than", "1h"));
    Images.succeed(actor.anyarch("cache", "prune", "--keep-storage", "1GB"));
    assertThat(ran(build(actor))).isEmpty();

    Images.succeed(actor.anyarch("cache", "prune"));
    assertThat(actor.left("steps")).isEmpty();
    assertThat(actor.left("layers")).isEmpty();
    assertThat(ran(build(actor))).containsExactly(1, 2, 3, 4);
  }

  @Test
  void theLimitIsKeptBehindABuild() throws IOException, InterruptedException {
    Actor actor = Machine.user();
    prepared(actor);
    build(actor);
    actor.write("app/Containerfile", "FROM oci:../base\nRUN echo other > /other\n");

    Outcome outcome =
        Images.succeed(
            actor.anyarch(
                Map.of("ANYARCH_CACHE_LIMIT", "1k"),
                "",
                "build",
                "--platform",
                OWN,
                "-o",
                "oci:result",
                "app"));

    assertThat(outcome.err()).contains("of the cache");
    assertThat(actor.left("steps")).hasSize(1);
  }

  @Test
  void labelsAnnotationsAndFilesForScripts() throws IOException, InterruptedException {
    Actor actor = Machine.user();
    prepared(actor);

    Outcome outcome =
        build(
            actor,
            "--label",
            "a=b",
            "--annotation",
            "c=d",
            "--iidfile",
            "iid",
            "--metadata-file",
            "metadata.json");

    String index = Files.readString(actor.folder().resolve("result/index.json"));
    String digest = outcome.out().strip();
    assertThat(index).contains(digest);
    Path blobs = actor.folder().resolve("result/blobs/sha256");
    String manifest = Files.readString(blobs.resolve(digest.substring("sha256:".length())));
    assertThat(manifest).contains("\"annotations\":{\"c\":\"d\"}");
    String id = Files.readString(actor.folder().resolve("iid"));
    assertThat(Files.readString(blobs.resolve(id.substring("sha256:".length()))))
        .contains("\"Labels\":{\"a\":\"b\"}");
    assertThat(Files.readString(actor.folder().resolve("metadata.json")))
        .contains("\"containerimage.digest\" : \"" + digest)
        .contains("\"containerimage.config.digest\" : \"" + id)
        .contains("\"containerimage.descriptor\"");
  }
}
