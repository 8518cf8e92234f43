package org.anyarch.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Measures what a build costs beside its steps: a rebuild with nothing changed; beside buildah, if
/// that is installed.
final class CacheBench {
  /// Runs two commands several times in turn and prints a line.
  interface Comparison {
    void compare(String what, List<String> command, List<String> peer, int rounds)
        throws IOException, InterruptedException;
  }

  private static final String FOUR = "linux/amd64,linux/arm64,linux/s390x,linux/riscv64";
  static final Path BUILDAH = Path.of("/usr/bin/buildah");

  private final Path tree;
  private final Path work;
  private final Comparison comparison;
  private final int rounds;

  CacheBench(Path tree, Path work, Comparison comparison, int rounds) {
    this.tree = tree;
    this.work = work;
    this.comparison = comparison;
    this.rounds = rounds;
  }

  void all(String anyarch, List<String> bareJvm) throws IOException, InterruptedException {
    Path context = Files.createDirectories(work.resolve("ten"));
    StringBuilder text =
        new StringBuilder("FROM scratch\nARG TARGETARCH\nADD ${TARGETARCH}.tar /\nCOPY a /a\n");
    for (String arch : List.of("amd64", "arm64", "s390x", "riscv64")) {
      Files.copy(
          tree.resolve("bench/target/roots/" + arch + ".tar"), context.resolve(arch + ".tar"));
    }
    Files.writeString(context.resolve("a"), "a");
    for (int i = 0; i < 8; i++) {
      text.append("RUN echo ").append(i).append(" > /").append(i).append('\n');
    }
    Files.writeString(context.resolve("Containerfile"), text);
    comparison.compare(
        "rebuild, ten steps, four platforms, no change : bare JVM",
        List.of(
            anyarch,
            "build",
            "-q",
            "--platform",
            FOUR,
            "-o",
            "oci:" + work.resolve("ten-out"),
            context.toString()),
        bareJvm,
        rounds);
    if (Files.isExecutable(BUILDAH)) {
      String out = "oci:" + work.resolve("ten-one");
      comparison.compare(
          "the same, one platform : buildah bud --layers",
          List.of(anyarch, "build", "-q", "-o", out, context.toString()),
          buildah("--layers", context),
          rounds);
      comparison.compare(
          "ten steps, one platform, without a cache : buildah",
          List.of(anyarch, "build", "-q", "--no-cache", "-o", out, context.toString()),
          buildah("--no-cache", context),
          rounds);
    }
  }

  /// Its own folders, and containers with as little around them as it can do.
  private List<String> buildah(String option, Path context) {
    return List.of(
        BUILDAH.toString(),
        "--root=" + work.resolve("buildah"),
        "--runroot=" + work.resolve("buildah-run"),
        "--storage-driver=overlay",
        "bud",
        "-q",
        "--isolation=chroot",
        "--build-arg=TARGETARCH=amd64",
        option,
        "-t=ten",
        context.toString());
  }
}
