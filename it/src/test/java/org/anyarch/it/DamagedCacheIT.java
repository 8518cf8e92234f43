package org.anyarch.it;

import static org.anyarch.it.CachedApp.OWN;
import static org.anyarch.it.CachedApp.build;
import static org.anyarch.it.CachedApp.prepared;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.anyarch.oci.Digest;
import org.junit.jupiter.api.Test;

/// A cache that somebody or something has damaged.
final class DamagedCacheIT {
  private interface Damage {
    void to(Path step) throws IOException;
  }

  private static void damage(Actor actor, String folder, Damage damage) throws IOException {
    try (Stream<Path> entries = Files.list(actor.home().resolve(folder))) {
      for (Path entry : entries.toList()) {
        damage.to(entry);
      }
    }
  }

  @Test
  void whatIsDamagedIsMadeAgain() throws IOException, InterruptedException {
    Actor actor = Machine.root();
    prepared(actor);
    String digest = build(actor).out();
    List<Damage> damages =
        List.of(
            step -> Files.writeString(step.resolve("entry"), "foreign"),
            step -> Files.writeString(step.resolve("entry"), "anyarch step 1\n"),
            step -> Files.deleteIfExists(step.resolve("entry")),
            step -> {
              Files.deleteIfExists(step.resolve("entry"));
              Files.createDirectory(step.resolve("entry"));
            },
            step -> Processes.must(step, "rm", "-rf", "fs"),
            step -> Processes.must(step, "sh", "-c", "rm -rf fs/*"),
            step -> Files.writeString(step.resolve("packed-0"), "anyarch packed 1\n"),
            step -> {
              // In its place: the file itself is also the output's.
              if (Files.deleteIfExists(step.resolve("blob-0"))) {
                Files.writeString(step.resolve("blob-0"), "x");
              }
            });

    for (Damage damage : damages) {
      damage(actor, "steps", damage);
      Processes.must(actor.folder(), "rm", "-rf", "result");
      assertThat(build(actor).out()).isEqualTo(digest);
      assertThat(build(actor).err()).doesNotContain("done in");
    }
  }

  @Test
  void aBaseThatIsDamagedIsUnpackedAgain() throws IOException, InterruptedException {
    Actor actor = Machine.root();
    prepared(actor);
    String digest = build(actor).out();
    List<Damage> damages =
        List.of(
            layer -> Processes.must(layer, "sh", "-c", "rm -rf bin"),
            layer -> Files.delete(layer.resolveSibling(layer.getFileName() + ".entry")));

    for (Damage damage : damages) {
      damage(
          actor,
          "layers",
          layer -> {
            if (Files.isDirectory(layer)) {
              damage.to(layer);
            }
          });
      assertThat(build(actor, "--no-cache").out()).isEqualTo(digest);
      assertThat(Images.succeed(actor.anyarch("cache", "check")).out()).contains("damaged: 0");
    }
  }

  /// As a loss of power leaves it: the names are there, the bytes are not.
  @Test
  void shortFilesOfAnEarlierBootAreSeenBeforeTheyAreUsed()
      throws IOException, InterruptedException {
    Actor actor = Machine.root();
    prepared(actor);
    String digest = build(actor).out();
    damage(actor, "steps", step -> anotherBoot(step.resolve("entry")));
    assertThat(build(actor).err()).as("what is whole stays").doesNotContain("done in");

    damage(
        actor,
        "steps",
        step -> {
          anotherBoot(step.resolve("entry"));
          Path copied = step.resolve("fs/copied");
          if (Files.exists(copied)) {
            Files.writeString(copied, "");
          }
        });
    Processes.must(actor.folder(), "rm", "-rf", "result");
    Outcome outcome = build(actor);

    assertThat(CachedApp.ran(outcome)).containsExactly(2);
    assertThat(outcome.out()).isEqualTo(digest);
  }

  private static void anotherBoot(Path entry) throws IOException {
    String text = Files.readString(entry);
    String body =
        text.substring(0, text.lastIndexOf("sum ")).replaceAll("(?m)^boot .*$", "boot another");
    String sum = Digest.ofSha256(body.getBytes(StandardCharsets.UTF_8)).hex();
    Files.writeString(entry, body + "sum " + sum + "\n");
  }

  @Test
  void aCheckFindsASingleByteAndRemovesWhatHasIt() throws IOException, InterruptedException {
    Actor actor = Machine.root();
    prepared(actor);
    String digest = build(actor).out();
    assertThat(Images.succeed(actor.anyarch("cache", "check")).out()).contains("damaged: 0");

    damage(
        actor,
        "steps",
        step -> {
          Path copied = step.resolve("fs/copied");
          if (Files.exists(copied)) {
            flip(copied);
          }
        });
    damage(
        actor,
        "layers",
        layer -> {
          if (Files.isDirectory(layer)) {
            flip(layer.resolve("etc/passwd"));
          }
        });
    actor.write("home/contexts/" + "0".repeat(64), "foreign");

    Outcome dry = actor.anyarch("cache", "check", "--dry-run");
    assertThat(dry.status()).isEqualTo(1);
    assertThat(dry.out())
        .contains("RUN cat /data/file > /copied: its files are not what they were; not removed")
        .contains("layer sha256:")
        .contains("damaged: 3");

    Outcome json = actor.anyarch("cache", "check", "--json");
    assertThat(json.status()).isEqualTo(1);
    assertThat(json.out())
        .contains("\"ok\" : false")
        .contains("\"kind\" : \"step\"")
        .contains("\"kind\" : \"layer\"")
        .contains("\"kind\" : \"context\"")
        .contains("\"removed\" : true");

    assertThat(Images.succeed(actor.anyarch("cache", "check", "--json")).out())
        .contains("\"ok\" : true");
    Outcome again = build(actor);
    assertThat(CachedApp.ran(again)).containsExactly(2);
    assertThat(again.out()).isEqualTo(digest);
  }

  /// Another byte, but neither another length nor another time.
  private static void flip(Path path) throws IOException {
    FileTime time = Files.getLastModifiedTime(path);
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      int first = file.read();
      file.seek(0);
      file.write(first ^ 1);
    }
    Files.setLastModifiedTime(path, time);
  }

  @Test
  void whatIsNotOursStopsNothing() throws IOException, InterruptedException {
    Actor actor = Machine.root();
    prepared(actor);
    String digest = build(actor).out();
    for (String folder : List.of("steps", "layers", "contexts", "mounts")) {
      actor.write("home/" + folder + "/file", "x");
      actor.write("home/" + folder + "/folder/in/it", "x");
      Files.createSymbolicLink(
          actor.home().resolve(folder).resolve("link"), actor.folder().resolve("app"));
    }

    assertThat(build(actor).out()).isEqualTo(digest);
    Images.succeed(actor.anyarch("cache", "du"));
    assertThat(actor.anyarch("cache", "check").status()).isEqualTo(1);
    Images.succeed(actor.anyarch("cache", "check"));
    Images.succeed(actor.anyarch("cache", "prune"));
    assertThat(actor.folder().resolve("app/data/file")).exists();
    assertThat(build(actor).out()).isEqualTo(digest);
  }

  @Test
  void aReadOnlyCacheIsSaidInOneLine() throws IOException, InterruptedException {
    Actor actor = Machine.root();
    prepared(actor);
    build(actor);
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
                "mount --bind home home && mount -o remount,ro,bind home && "
                    + Machine.anyarch()
                    + " build -q --platform "
                    + OWN
                    + " -o oci:result app"));

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err().lines()).hasSize(1);
    assertThat(outcome.err()).contains("ANYARCH_HOME");
  }
}
