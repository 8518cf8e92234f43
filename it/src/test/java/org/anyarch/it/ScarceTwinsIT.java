package org.anyarch.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Where there is no room for native twins, or no network that they could come by. Needs Debian's
/// archive for the base image.
final class ScarceTwinsIT {
  /// Nobody listens there.
  private static final String ARCHIVE = "127.0.0.1:9/debian";

  private static final String FILE =
      """
      FROM oci:../alone AS below
      COPY sources.list /etc/apt/
      COPY InRelease /var/lib/apt/lists/127.0.0.1:9_debian_dists_bookworm_InRelease
      FROM below
      RUN echo 1 | sed s/1/2/ > /two
      RUN echo 2 | sed s/2/3/ > /three
      """;

  private static Actor actor;
  private static String emulated;

  @BeforeAll
  static void base() throws IOException, InterruptedException {
    actor = Machine.root();
    TwinBase.alone(actor, "dash,coreutils,sed", "bookworm");
    actor.write("app/Containerfile", FILE);
    actor.write("app/sources.list", "deb http://" + ARCHIVE + " bookworm main\n");
    actor.write(
        "app/InRelease",
        "Suite: x\nSHA256:\n %s 1 main/binary-%s/Packages.xz\n"
            .formatted("0".repeat(64), TwinBase.OWN));
    emulated = Images.succeed(build("--accelerate=off")).out();
  }

  private static Outcome build(String... options) throws IOException, InterruptedException {
    List<String> words =
        List.of("build", "--no-cache", "--platform=linux/arm64", "-o", "oci:out", "app");
    return actor.anyarch(Stream.concat(words.stream(), Stream.of(options)).toArray(String[]::new));
  }

  private static List<String> saidOfTwins(Outcome outcome) {
    return outcome.err().lines().filter(line -> line.contains("native twins")).toList();
  }

  @Test
  void anArchiveOutOfReachIsSaidOnceAndMissedByNobody() throws IOException, InterruptedException {
    Outcome built = Images.succeed(build());

    assertThat(built.out()).isEqualTo(emulated);
    assertThat(saidOfTwins(built))
        .singleElement()
        .asString()
        .contains("cannot get http://" + ARCHIVE, "no connection");
    assertThat(actor.left("work")).isEmpty();
    for (String kept : List.of("twins/packages", "twins/indexes")) {
      assertThat(actor.home().resolve(kept)).isEmptyDirectory();
    }
  }

  @Test
  void whoBuildsWithoutANetworkIsToldOnceThatNothingIsFetched()
      throws IOException, InterruptedException {
    Outcome built = Images.succeed(build("--network=none"));

    assertThat(built.out()).isEqualTo(emulated);
    assertThat(saidOfTwins(built)).singleElement().asString().contains("nothing is fetched");
  }

  /// All that the build itself needs finds room, and hardly anything else.
  private static final String FULL =
      """
      set -eu
      export ANYARCH_HOME="$PWD/disk/home"
      build() {
        "$ANYARCH" build --platform=linux/arm64 -o oci:out "$@" app
      }
      mkdir disk
      mount -t tmpfs -o size=2g none disk
      build -q --target=below > below
      used=$(df --output=used disk | tail -n 1)
      mount -o remount,size=$((used + 3072))k disk
      build
      mount -o remount,size=2g disk
      { find disk/home/dispatchers disk/home/twins -mindepth 1 -name '.*'
        find disk/home/work -mindepth 1 ! -name guard; } > left
      build --no-cache 2> said
      """;

  @Test
  void aDiskWithoutRoomForTwinsIsLeftToTheBuild() throws IOException, InterruptedException {
    Map<String, String> environment =
        actor.environment(Map.of("ANYARCH", Machine.anyarch().toString()));

    // Mounts end with the namespace.
    Outcome built =
        Processes.run(
            actor.folder(), environment, "", List.of("unshare", "--mount", "sh", "-c", FULL));

    Images.succeed(built);
    assertThat(built.out()).isEqualTo(emulated.repeat(2));
    assertThat(saidOfTwins(built)).singleElement().asString().contains("MB are left on");
    Path folder = actor.folder();
    assertThat(folder.resolve("left")).isEmptyFile();
    assertThat(Files.readString(folder.resolve("said")))
        .contains("cannot get http://" + ARCHIVE)
        .doesNotContain("MB are left on");
  }
}
