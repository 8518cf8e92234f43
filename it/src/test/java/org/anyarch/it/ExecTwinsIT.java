package org.anyarch.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Native twins in containers that other builders have a runtime create below `exec`. Needs
/// Debian's archive.
@ResourceLock(value = Machine.CONTROL_GROUPS, mode = ResourceAccessMode.READ)
final class ExecTwinsIT {
  private static final String SAID =
      "case $(cat /proc/self/maps) in */dev/.anyarch/*) echo is native;; *) echo is emulated;; esac";

  private static Actor actor;
  private static List<Actor> actors;

  /// Of each actor, an image with the lists of apt, and a store that has the packages of its twins.
  @BeforeAll
  static void bases() throws IOException, InterruptedException {
    actor = Machine.root();
    Path root = Files.createDirectories(actor.folder().resolve("base"));
    Processes.must(
        root,
        Machine.tree().resolve("examples/roots/debian-root").toString(),
        "arm64",
        "arm64.tar",
        "dash,coreutils,grep,dpkg,apt,gpgv,libc-bin,sed,debian-archive-keyring");
    Actor user = Machine.user();
    Files.copy(
        root.resolve("arm64.tar"),
        Files.createDirectories(user.folder().resolve("base")).resolve("arm64.tar"));
    actors = List.of(actor, user);
    for (Actor one : actors) {
      base(one);
    }
  }

  static List<Actor> actors() {
    return actors;
  }

  private static void base(Actor actor) throws IOException, InterruptedException {
    actor.write(
        "base/Containerfile",
        """
        FROM scratch
        ADD arm64.tar /
        ENV PATH=/usr/sbin:/usr/bin:/sbin:/bin
        RUN chmod 1777 /tmp; mkdir -p /var/lib/apt/lists/partial; rm -f /etc/apt/sources.list.d/*; \
            echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian bookworm main" \
            > /etc/apt/sources.list
        RUN apt-get update; until grep -q ld/cat /dev/.anyarch/step/table; do :; done
        """);
    Images.succeed(bud(actor, "base", "base"));
  }

  /// `buildah`, as it is started where nobody has heard of anyarch.
  private static String buildah(Actor actor, String words) {
    String folder = actor.folder().toString();
    return "buildah --root " + folder + "/storage --runroot " + folder + "/run " + words;
  }

  private static Outcome bud(Actor actor, String context, String name, String... options)
      throws IOException, InterruptedException {
    return exec(
        actor,
        buildah(
            actor,
            "bud --arch arm64 --isolation oci --runtime runc --network host --timestamp 0 --no-cache -t "
                + name
                + " "
                + context),
        options);
  }

  private static Outcome exec(String script, String... options)
      throws IOException, InterruptedException {
    return exec(actor, script, options);
  }

  private static Outcome exec(Actor actor, String script, String... options)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of("exec"));
    words.addAll(List.of(options));
    words.addAll(List.of("--", "sh", "-c", script));
    return actor.anyarch(Map.of("ANYARCH_DEBUG", "1"), "", words.toArray(String[]::new));
  }

  /// What the layers of an image are known by, content and metadata of all files.
  private static String layers(Actor actor, String name) throws IOException, InterruptedException {
    return Images.succeed(
            exec(
                actor,
                buildah(
                    actor,
                    "inspect --type image --format '{{.OCIv1.RootFS.DiffIDs}}' localhost/" + name)))
        .out();
  }

  @ParameterizedTest
  @MethodSource("actors")
  void whatABuilderBuildsIsTheSameAndMadeNatively(Actor actor)
      throws IOException, InterruptedException {
    actor.write(
        "app/Containerfile",
        """
        FROM localhost/base
        RUN i=0; while [ $i -lt 30 ]; do echo $i | sed 's/^/number /' > /made-$i; i=$((i + 1)); done; mkdir /all; mv /made-* /all; %s
        RUN cat /all/made-* | sha256sum > /sum; uname -m > /machine; ls -A / > /folders; %s
        """
            .formatted(SAID, SAID));

    Outcome exact = Images.succeed(bud(actor, "app", "exact"));
    Outcome off = Images.succeed(bud(actor, "app", "off", "--accelerate=off"));

    assertThat(exact.out().lines().filter("is native"::equals)).as("%s", exact).hasSize(2);
    assertThat(off.out().lines().filter("is emulated"::equals)).as("%s", off).hasSize(2);
    assertThat(exact.err()).doesNotContain("native twins");
    assertThat(layers(actor, "exact")).contains("sha256:").isEqualTo(layers(actor, "off"));
    assertThat(actor.left("work")).isEmpty();
    assertThat(Machine.anyarch().resolve("../../libexec/runtimes").normalize()).isEmptyDirectory();
  }

  /// A container by hand, of the root folder `root`, that ends with status 7.
  private static Outcome runc(Path bundle, String... options)
      throws IOException, InterruptedException {
    Processes.must(bundle, "sh", "-c", "rm -f config.json; runc spec");
    Path config = bundle.resolve("config.json");
    Files.writeString(
        config,
        Files.readString(config)
            .replace("\"terminal\": true", "\"terminal\": false")
            .replace("\"rootfs\"", "\"../" + bundle.getFileName() + "/root\"")
            .replace("\"sh\"", "\"/bin/sh\", \"-c\", \"" + SAID + "; exit 7\""));
    return exec("cd " + bundle + "; runc --rootless true run --no-pivot x", options);
  }

  @Test
  void whatCannotHaveTwinsRunsAsItDoesWithout() throws IOException, InterruptedException {
    Path own = Files.createDirectories(actor.folder().resolve("own"));
    Path root = Files.createDirectories(own.resolve("root"));
    Processes.must(root, "tar", "-xf", Machine.roots().resolve(TwinBase.OWN + ".tar").toString());
    Processes.must(root, "sh", "-c", "for n in sh cat; do ln -sf busybox bin/$n; done");

    Outcome run = runc(own);

    assertThat(run.status()).as("%s", run).isEqualTo(7);
    assertThat(run.out()).isEqualTo("is emulated\n");
    assertThat(run.err()).contains("anyarch: native twins: its programs are this machine's");
  }

  @Test
  void aRuntimeInTheForegroundTakesItsTwinsAlong() throws IOException, InterruptedException {
    Path bundle = Files.createDirectories(actor.folder().resolve("foreign"));
    Path root = Files.createDirectories(bundle.resolve("root"));
    Processes.must(root, "tar", "-xf", "../../base/arm64.tar");
    String script =
        "x=$(pgrep -f show-twin[s]); while [ -n \"$x\" ]; do x=$(pgrep -f show-twin[s]); done";

    Outcome run = runc(bundle);

    assertThat(Files.readString(bundle.resolve("config.json"))).doesNotContain("\"/dev/.anyarch\"");
    assertThat(run.status()).as("%s", run).isEqualTo(7);
    // It has no lists by which packages could be found.
    assertThat(run.out()).isEqualTo("is emulated\n");
    assertThat(run.err()).doesNotContain("native twins");
    assertThat(
            Images.succeed(
                    exec(
                        "cd "
                            + bundle
                            + "; runc --rootless true run --no-pivot x; "
                            + script
                            + "; echo gone"))
                .out())
        .endsWith("gone\n");
  }

  @Test
  void withoutAccelerationNothingIsPutBeforeRuntimes() throws IOException, InterruptedException {
    String mounts = "grep -c libexec/runtimes /proc/self/mountinfo || true";

    assertThat(exec(mounts, "--accelerate=off").out()).isEqualTo("0\n");
    assertThat(exec(mounts).out()).isNotEqualTo("0\n");
    assertThat(exec("runc --version; crun --version").out())
        .contains("runc version", "crun version");
    assertThat(exec(mounts, "--accelerate=on").err()).contains("say exact, compatible or off");
  }

  @Test
  void aClosedInstallationIsSaidToHaveNoTwinsForOthers() throws IOException, InterruptedException {
    Path closed = Files.createDirectories(actor.folder().resolve("closed"));
    String home = Machine.anyarch().resolve("../..").normalize().toString();
    Processes.must(closed, "cp", "-r", home, ".");
    Processes.must(closed, "chmod", "700", ".");
    Path anyarch = closed.resolve(Path.of(home).getFileName()).resolve("bin/anyarch");
    List<String> words =
        List.of(anyarch.toString(), "exec", "-v", "--platform", "arm64", "runc", "--version");

    Outcome outcome = Processes.run(closed, actor.environment(Map.of()), "", words);

    assertThat(outcome.out()).as("%s", outcome).contains("runc version");
    assertThat(outcome.err()).contains("they may not enter " + closed);
  }

  /// But control groups: a killed builder's runtime leaves those that it has made.
  private static Map<String, Object> host(String marker) throws IOException {
    Map<String, Object> host = Machine.host(marker);
    host.remove("control groups");
    return host;
  }

  @Test
  void killedInTheMiddleItLeavesNothing() throws IOException, InterruptedException {
    actor.write("loop/Containerfile", "FROM localhost/base\nRUN echo ready; while :; do :; done\n");
    String marker = actor.folder() + "/loop";
    Map<String, Object> host = host(marker);
    Path out = actor.write("out", "");
    ProcessBuilder builder =
        new ProcessBuilder(
            actor.command(
                Map.of(),
                "exec",
                "--",
                "sh",
                "-c",
                buildah(
                    actor,
                    "bud --arch arm64 --isolation oci --runtime runc --network host " + marker)));
    builder.environment().putAll(actor.environment(Map.of()));
    Process process =
        builder
            .directory(actor.folder().toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (!Files.readAllLines(out).contains("ready")) {
      assertThat(System.nanoTime()).as("%s", Files.readString(out)).isLessThan(deadline);
      Thread.onSpinWait();
    }

    List<Path> groups = groups(process);
    process.destroyForcibly().waitFor();

    while (!host(marker).equals(host)) {
      assertThat(System.nanoTime()).as("something is left").isLessThan(deadline);
      Thread.onSpinWait();
    }
    // The runtime's, which nobody removes for it.
    for (Path group : groups) {
      while (!group.toFile().delete()) {
        assertThat(System.nanoTime()).as("%s is busy", group).isLessThan(deadline);
        Thread.onSpinWait();
      }
    }
  }

  /// The control groups that the process has had made.
  private static List<Path> groups(Process process) throws IOException {
    Set<String> below =
        process
            .descendants()
            .map(handle -> String.valueOf(handle.pid()))
            .collect(Collectors.toUnmodifiableSet());
    List<Path> groups = new ArrayList<>();
    try (Stream<Path> found =
        Files.find(
            Path.of("/sys/fs/cgroup"),
            2,
            (path, _) -> path.getFileName().toString().startsWith("buildah-buildah"))) {
      for (Path group : (Iterable<Path>) found::iterator) {
        if (Files.readAllLines(group.resolve("cgroup.procs")).stream().anyMatch(below::contains)) {
          groups.add(group);
        }
      }
    }
    return groups;
  }
}
