package org.anyarch.it;

import static org.anyarch.it.CachedApp.OWN;
import static org.anyarch.it.CachedApp.build;
import static org.anyarch.it.CachedApp.prepared;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.anyarch.oci.Digest;
import org.anyarch.oci.Layout;
import org.junit.jupiter.api.Test;

/// Equal input gives equal bytes, whoever builds it, where, when, on what and with whatever cache.
/// The clock cannot be set for a test: another day is one that the input's files and the images'
/// date say it is.
final class SameBytesIT {
  @Test
  void folderTimesCoresUserAndCacheDoNotChangeTheDigest() throws IOException, InterruptedException {
    Actor user = Machine.user();
    Actor root = Machine.root();
    for (Actor actor : List.of(user, root)) {
      prepared(actor);
      Images.buildBase(actor, List.of(OWN));
    }
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

  /// Dates are those of commits: before, between and behind the times of what the caches hold,
  /// which one was filled before the second date and one behind it.
  @Test
  void whatTheCacheHoldsDoesNotChangeTheDigestOfAnyDateAndNoDateRunsAStepAgain()
      throws IOException, InterruptedException {
    Actor actor = Machine.user();
    Images.base(actor, List.of(OWN));
    actor.write("app/src/file", "content");
    actor.write("app/src/old", "old");
    actor.write("app/Containerfile", OF_ALL_KINDS);
    touch(actor, "2000-01-01T01:02:03.123456789", "old");
    touch(actor, "10 seconds ago", "file", ".");
    Outcome first = at(actor, "before", BEFORE_ALL);
    assertThat(runs(first)).hasSize(5);
    assertThat(runs(at(actor, "before", BEHIND_ALL))).as("files are older now").hasSize(3);
    long between = Instant.now().getEpochSecond() + 1;
    awaitSecond(between + 2);
    // As fresh checkouts are, and for the last date what was there.
    Processes.must(actor.folder(), "cp", "-a", "app", "kept");
    touch(actor, "now", "file", ".");

    for (long date : new long[] {BEFORE_ALL, between, BEHIND_ALL + 86_400}) {
      if (date > BEHIND_ALL) {
        Processes.must(actor.folder(), "rm", "-rf", "app");
        Processes.must(actor.folder(), "mv", "kept", "app");
      }
      Outcome cached = at(actor, "before", date);
      assertThat(runs(cached)).as("steps of the older cache, %s", date).isEmpty();
      String digest = cached.out();
      assertThat(at(actor, "behind", date).out())
          .as("the younger cache, %s", date)
          .isEqualTo(digest);
      assertThat(at(actor, "behind", date, "--no-cache").out()).isEqualTo(digest);
      assertThat(at(actor, "before", date).out()).as("packed before").isEqualTo(digest);
    }
  }

  /// What RUN, WORKDIR and COPY make; what they take, and then change, link and copy, with times or
  /// in archives that keep seconds; what only has a time because something in it changed.
  private static final String OF_ALL_KINDS =
      """
      FROM oci:../base AS made
      WORKDIR /srv/deep
      RUN mkdir -p lib/empty && echo lib > lib/code && ln -s code lib/link && ln lib/code lib/hard
      RUN touch -d '2001-02-03 04:05:06' lib/old && touch -d '2037-01-01 00:00:00' lib/new
      FROM oci:../base
      WORKDIR /app/inner
      COPY src /app/inner/src
      COPY <<end /app/inner/here
      here
      end
      RUN chmod 700 src/file src/old && cp -a src again && rm src/file && mkdir /x && tar c again | tar x -C /x
      COPY --from=made /srv /srv
      COPY --link --from=made --chown=7:7 /srv/deep/lib /linked
      RUN cp -a /linked /taken && chmod 700 /srv/deep/lib/code && rm -r /srv/deep/lib/empty && tar c /srv | tar x -C /x
      RUN --mount=type=bind,from=made,source=/srv,target=/mnt \
        --mount=type=bind,source=src,target=/context \
        cp -a /mnt /mounted && cp -a /context /shown && ls /app > /app/list
      """;

  /// Of 2001, and of 2100.
  private static final long BEFORE_ALL = 1_000_000_000;

  private static final long BEHIND_ALL = 4_102_444_800L;

  private static void touch(Actor actor, String time, String... names) {
    List<String> command = new ArrayList<>(List.of("touch", "-d", time));
    command.addAll(List.of(names));
    Processes.must(actor.folder().resolve("app/src"), command.toArray(String[]::new));
  }

  private static Outcome at(Actor actor, String home, long date, String... more)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of("build", "--platform", OWN, "-t", "result:test"));
    words.addAll(List.of("-o", "oci:result", "--source-date-epoch", String.valueOf(date)));
    words.addAll(List.of(more));
    words.add("app");
    String folder = actor.folder().resolve(home).toString();
    return Images.succeed(
        actor.anyarch(Map.of("ANYARCH_HOME", folder), "", words.toArray(String[]::new)));
  }

  /// The RUN steps that were carried out.
  private static List<String> runs(Outcome outcome) {
    return outcome.err().lines().filter(line -> line.matches(".*\\] RUN .*")).toList();
  }

  @Test
  void timesOfContextFilesBeforeTheDateCount() throws IOException, InterruptedException {
    Actor actor = Machine.user();
    prepared(actor);
    Files.writeString(actor.folder().resolve("app/data/old"), "old");
    String date = "1000000000";
    Processes.must(actor.folder(), "touch", "-d", "2001-01-01", "app/data/old");
    String digest = build(actor, "--source-date-epoch", date).out();

    Processes.must(actor.folder(), "touch", "-d", "2000-01-01", "app/data/old");
    String touched = build(actor, "--source-date-epoch", date).out();

    assertThat(touched).isNotEqualTo(digest);
    assertThat(build(actor, "--source-date-epoch", date, "--no-cache").out()).isEqualTo(touched);
  }

  private static void awaitSecond(long second) {
    while (Instant.now().getEpochSecond() < second) {
      Thread.onSpinWait();
    }
  }

  /// The machine's own programs run natively; asked to, QEMU emulates them all the same.
  @Test
  void emulatedStepsMakeTheLayersThatNativeOnesMake() throws IOException, InterruptedException {
    Actor actor = Machine.user();
    prepared(actor);
    String qemu = "qemu-" + Machine.MACHINES.get(OWN) + "-static";
    Processes.must(
        actor.folder(),
        "install",
        "-m",
        "755",
        Machine.emulators().resolve(qemu).toString(),
        "app/data/file");
    String script =
        "umask 027; echo $((6 * 7)) > /made; : > /empty; read x < /etc/passwd; echo $x > /read";
    List<List<Digest>> layers = new ArrayList<>();
    for (String emulator : List.of("", "\"/emu/file\", ")) {
      actor.write(
          "app/Containerfile",
          "FROM oci:../base\nRUN --mount=type=bind,source=data,target=/emu ["
              + emulator
              + "\"/bin/busybox\", \"sh\", \"-c\", \""
              + script
              + "\"]\n");
      build(actor);
      Layout layout = Layout.open(actor.folder().resolve("result"));
      layers.add(
          layout.config(layout.manifest(layout.named("result:test").orElseThrow())).diffIds());
    }

    assertThat(layers.get(1)).hasSize(2).isEqualTo(layers.get(0));
  }
}
