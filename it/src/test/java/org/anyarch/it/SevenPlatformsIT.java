package org.anyarch.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The product's main job: one image for seven architectures, as root and as an ordinary user.
@ResourceLock(value = Machine.CONTROL_GROUPS, mode = ResourceAccessMode.READ)
final class SevenPlatformsIT {
  private static final String CONTAINERFILE =
      """
      FROM oci:../base AS build
      RUN uname -m > /machine && mkdir -p /data/deep && echo "made by $(uname -m)" > /data/deep/file
      RUN rm /data/deep/file && ln /machine /data/hard && ln -s machine /data/soft && chmod 4755 /machine && chown 33:44 /data
      FROM oci:../base
      ARG TARGETPLATFORM
      COPY --from=build /machine /built-on
      COPY --from=build --chown=12:13 /data /data
      COPY greeting /greeting
      LABEL platform=$TARGETPLATFORM
      WORKDIR /app/here
      ENTRYPOINT ["/bin/sh", "-c", "cat /built-on; uname -m; cat /greeting"]
      """;

  static List<Actor> actors() {
    return Machine.actors();
  }

  private static void prepare(Actor actor, List<String> platforms)
      throws IOException, InterruptedException {
    Images.base(actor, platforms);
    actor.write("app/Containerfile", CONTAINERFILE);
    actor.write("app/greeting", "hello\n");
  }

  @ParameterizedTest
  @MethodSource("actors")
  void everyPlatformIsBuiltByItselfAndRuns(Actor actor) throws IOException, InterruptedException {
    Map<String, Object> before = Machine.host(actor.folder().toString());
    prepare(actor, Machine.SEVEN);
    Images.buildBase(actor, Machine.SEVEN);

    Images.succeed(Images.build(actor, "app-image", Machine.SEVEN, "app"));

    for (String platform : Machine.SEVEN) {
      Outcome run = Images.succeed(actor.anyarch("run", "--platform", platform, "oci:app-image"));
      String machine = Machine.MACHINES.get(platform);
      assertThat(run.out()).as(platform).isEqualTo(machine + "\n" + machine + "\nhello\n");
    }
    assertThat(Machine.host(actor.folder().toString())).isEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("actors")
  void theFieldsToolsAcceptTheResult(Actor actor) throws IOException, InterruptedException {
    prepare(actor, Machine.SEVEN);
    Images.succeed(Images.build(actor, "app-image", Machine.SEVEN, "app"));
    Path folder = actor.folder();

    for (String platform : Machine.SEVEN) {
      String[] parts = platform.split("/", -1);
      String inspected =
          Processes.must(
              folder,
              "skopeo",
              "--override-arch",
              parts[1],
              "--override-variant",
              parts.length > 2 ? parts[2] : "",
              "inspect",
              "--config",
              "oci:app-image:test");
      assertThat(inspected).contains("\"architecture\":").contains(parts[1]);
    }
    Processes.must(
        folder, "skopeo", "copy", "--multi-arch", "all", "oci:app-image:test", "oci:copied:test");
    // umoci knows no platforms: it takes images that have one.
    Images.succeed(Images.build(actor, "one-image", List.of("linux/s390x"), "app"));
    Processes.must(folder, "umoci", "unpack", "--rootless", "--image", "one-image:test", "bundle");
    assertThat(folder.resolve("bundle/rootfs/greeting")).hasContent("hello");
    assertThat(folder.resolve("bundle/rootfs/data/deep")).isEmptyDirectory();
    Path storage = folder.resolve("storage");
    Processes.must(
        folder,
        "buildah",
        "--storage-driver",
        "vfs",
        "--root",
        storage.toString(),
        "--runroot",
        storage + "-run",
        "pull",
        "--arch",
        "s390x",
        "oci:app-image:test");
  }

  @Test
  void equalInputGivesEqualDigestsForRootAndForAnOrdinaryUser()
      throws IOException, InterruptedException {
    Map<String, String> digests = new HashMap<>();
    for (Actor actor : List.of(Machine.root(), Machine.root(), Machine.user())) {
      prepare(actor, Machine.SEVEN);
      Images.buildBase(actor, Machine.SEVEN);
      digests.put(
          actor.folder().toString(),
          Images.succeed(Images.build(actor, "app-image", Machine.SEVEN, "app")).out());
    }

    assertThat(digests.values()).hasSize(3).allMatch(digest -> digest.startsWith("sha256:"));
    assertThat(digests.values().stream().distinct()).hasSize(1);
  }

  @ParameterizedTest
  @MethodSource("actors")
  void runcAndCrunGiveTheSameImage(Actor actor) throws IOException, InterruptedException {
    List<String> platforms = List.of("linux/386", "linux/s390x");
    prepare(actor, platforms);
    Map<String, String> digests = new HashMap<>();

    for (String runtime : List.of("runc", "crun")) {
      Map<String, String> environment = Map.of("ANYARCH_RUNTIME", runtime);
      String[] build = {
        "build", "--platform", String.join(",", platforms), "-o", "oci:" + runtime, "app"
      };
      digests.put(runtime, Images.succeed(actor.anyarch(environment, "", build)).out());
      Outcome run =
          actor.anyarch(environment, "", "run", "--platform", "linux/386", "oci:" + runtime);
      assertThat(Images.succeed(run).out()).isEqualTo("i686\ni686\nhello\n");
    }

    assertThat(digests.get("crun")).isEqualTo(digests.get("runc")).startsWith("sha256:");
  }

  @ParameterizedTest
  @MethodSource("actors")
  void twoBuildsAtOnceDoNotDisturbEachOther(Actor actor) throws IOException, InterruptedException {
    prepare(actor, Machine.SEVEN);

    CompletableFuture<Outcome> first = CompletableFuture.supplyAsync(() -> build(actor, "one"));
    CompletableFuture<Outcome> second = CompletableFuture.supplyAsync(() -> build(actor, "two"));

    assertThat(Images.succeed(first.join()).out()).isEqualTo(Images.succeed(second.join()).out());
    assertThat(actor.left("work")).isEmpty();
  }

  private static Outcome build(Actor actor, String output) {
    try {
      return Images.build(actor, output, Machine.SEVEN, "app");
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @MethodSource("actors")
  void anOrdinaryBuildLeavesNoWorkBehind(Actor actor) throws IOException, InterruptedException {
    Images.buildBase(actor, List.of("linux/arm64"));

    assertThat(actor.left("work")).isEmpty();
    Images.succeed(actor.anyarch("cache", "prune"));
    assertThat(actor.left("layers")).isEmpty();
  }
}
