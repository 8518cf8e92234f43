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
/// The clock cannot be set for a test: another day is one that the input's files say it is, and one
/// at which results of an earlier date are not of the images' date any more.
final class SameBytesIT {
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

  /// Results are older than the date of the images, and a build without a cache would make newer
  /// ones.
  @Test
  void whatTheCacheHoldsDoesNotChangeTheDigestOfALaterDate()
      throws IOException, InterruptedException {
    Actor actor = Machine.user();
    prepared(actor);
    Files.writeString(actor.folder().resolve("app/data/old"), "old");
    Processes.must(actor.folder(), "touch", "-d", "2001-01-01", "app/data/old");
    build(actor);
    String epoch = String.valueOf(Instant.now().getEpochSecond() + 2);
    awaitSecond(Long.parseLong(epoch) + 3);

    Outcome cached = build(actor, "--source-date-epoch", epoch);
    Outcome again = build(actor, "--source-date-epoch", epoch);

    assertThat(again.err()).as("what is not older counts").doesNotContain("done in");
    assertThat(cached.out()).isEqualTo(again.out());
    assertThat(build(actor, "--source-date-epoch", epoch, "--no-cache").out())
        .isEqualTo(cached.out());

    // A file that is older than the images keeps its time, so another time is another input.
    Processes.must(actor.folder(), "touch", "-d", "2002-01-01", "app/data/old");
    String touched = build(actor, "--source-date-epoch", epoch).out();
    assertThat(touched).isNotEqualTo(cached.out());
    assertThat(build(actor, "--source-date-epoch", epoch, "--no-cache").out()).isEqualTo(touched);
  }

  /// What a build has made until then has times before that second.
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
