package org.anyarch.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/// Native twins in the containers of `run`. Needs Debian's archive.
@ResourceLock(value = Machine.CONTROL_GROUPS, mode = ResourceAccessMode.READ)
final class RunTwinsIT {
  /// Whether cat is native, by its own map of memory; and the guest's machine, by a program that
  /// has no twin.
  private static final String SAID =
      "case $(cat /proc/self/maps) in */dev/.anyarch/*) echo native;; *) echo emulated;; esac;"
          + " uname -m";

  private static final String NATIVE = "native\naarch64\n";
  private static final String EMULATED = "emulated\naarch64\n";

  private static Actor actor;

  @BeforeAll
  static void base() throws IOException, InterruptedException {
    actor = Machine.root();
    TwinBase.make(actor);
  }

  private static String image(String... options) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of("run", "--platform=linux/arm64"));
    words.addAll(List.of(options));
    words.addAll(List.of("oci:b", "sh", "-c", SAID));
    return Images.succeed(actor.anyarch(words.toArray(String[]::new))).out();
  }

  @Test
  void programsOfAnImageRunNatively() throws IOException, InterruptedException {
    assertThat(image()).isEqualTo(NATIVE);
    assertThat(image("--read-only", "--network=none", "--user=7:7")).isEqualTo(NATIVE);

    assertThat(image("--accelerate=off")).isEqualTo(EMULATED);
    assertThat(actor.left("work")).isEmpty();
    assertThat(actor.anyarch("run", "--accelerate=on", "oci:b").err())
        .contains("--accelerate on: say exact, compatible or off");
  }

  /// A root folder in the actor's folder, of arm64. It has what the container of any `run` has
  /// something mounted over.
  private static Path root(String name, String packages) throws IOException {
    Path root = Files.createDirectories(actor.folder().resolve(name));
    Processes.must(
        root,
        Machine.tree().resolve("examples/roots/debian-root").toString(),
        "arm64",
        "../" + name + ".tar",
        packages);
    Processes.must(root, "tar", "-xf", "../" + name + ".tar");
    Processes.must(root, "touch", "etc/hosts", "etc/resolv.conf");
    return root;
  }

  private static String files(Path root) {
    return Processes.must(
        root, "sh", "-c", "find . -printf '%p %y %m %U:%G %s %T@ %C@\\n' | LC_ALL=C sort");
  }

  private static Outcome inFolder(Path root, Map<String, String> home, String... words)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("run", "--rootfs", root.toString()));
    command.addAll(List.of(words));
    return Images.succeed(actor.anyarch(home, "", command.toArray(String[]::new)));
  }

  @Test
  void programsOfAFolderHaveTwinsFromTheArchiveOfItsApt() throws IOException, InterruptedException {
    Path root =
        root("apt", "dash,coreutils,grep,dpkg,apt,gpgv,libc-bin,sed,debian-archive-keyring");
    Files.writeString(
        root.resolve("etc/apt/sources.list"),
        "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]"
            + " http://deb.debian.org/debian bookworm main\n");
    Processes.must(root, "sh", "-c", "chmod 1777 tmp; mkdir -p var/lib/apt/lists/partial");
    // Its lists are followed as they come, and the packages, however slow the archive is.
    inFolder(
        root,
        Map.of(),
        "sh",
        "-c",
        "apt-get update; until grep -q ld/cat /dev/.anyarch/step/table; do :; done");
    String before = files(root);

    assertThat(inFolder(root, Map.of(), "sh", "-c", SAID).out()).isEqualTo(NATIVE);
    assertThat(inFolder(root, Map.of(), "--accelerate=off", "sh", "-c", SAID).out())
        .isEqualTo(EMULATED);

    // Without the host's network nothing is fetched.
    Path other = actor.folder().resolve("other");
    Map<String, String> elsewhere = Map.of("ANYARCH_HOME", other.toString());
    assertThat(inFolder(root, elsewhere, "--network=none", "sh", "-c", SAID).out())
        .isEqualTo(EMULATED);
    for (String kept : List.of("twins/packages", "twins/indexes")) {
      assertThat(other.resolve(kept)).isEmptyDirectory();
    }
    assertThat(files(root)).isEqualTo(before);
  }

  @Test
  void aNativeProgramCostsNothing() throws IOException, InterruptedException {
    Path home = actor.folder().resolve("untouched");
    Path root = Files.createDirectories(actor.folder().resolve("own"));
    Processes.must(root, "tar", "-xf", Machine.roots().resolve(TwinBase.OWN + ".tar").toString());

    Outcome run =
        inFolder(
            root,
            Map.of("ANYARCH_HOME", home.toString()),
            "/bin/busybox",
            "sh",
            "-c",
            "/bin/busybox ls -A /dev");

    assertThat(run.out()).contains("anyarch-init").doesNotContain(".anyarch");
    assertThat(home.resolve("twins")).doesNotExist();
    assertThat(home.resolve("dispatchers")).doesNotExist();
  }

  @Test
  void killedInTheMiddleItLeavesNothing() throws IOException, InterruptedException {
    Path root = root("killed", "dash,coreutils,sed");
    Map<String, Object> host = Machine.host(root.toString());
    String before = files(root);
    Path out = actor.write("out", "");
    ProcessBuilder builder =
        new ProcessBuilder(
            actor.command(
                Map.of(),
                "run",
                "--rootfs",
                root.toString(),
                "sh",
                "-c",
                "[ -e /dev/.anyarch/step/table ] && echo ready; while :; do :; done"));
    builder.environment().putAll(actor.environment(Map.of()));
    Process process = builder.redirectOutput(out.toFile()).start();
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (Files.size(out) == 0) {
      assertThat(System.nanoTime()).as("it is not ready").isLessThan(deadline);
      Thread.onSpinWait();
    }

    process.destroyForcibly().waitFor();

    // The kernel ends the session's processes with its first one, a moment later.
    while (!Machine.host(root.toString()).equals(host)) {
      assertThat(System.nanoTime()).as("something is left").isLessThan(deadline);
      Thread.onSpinWait();
    }
    image();
    assertThat(actor.left("work")).isEmpty();
    assertThat(files(root)).isEqualTo(before);
  }
}
