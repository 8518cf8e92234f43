package org.anyarch.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/// Measures what a build costs beside its steps: a rebuild with nothing changed, packing and
/// unpacking a layer; beside buildah, if that is installed.
final class CacheBench {
  /// Runs two commands several times in turn and prints a line.
  interface Comparison {
    void compare(String what, List<String> command, List<String> peer, int rounds)
        throws IOException, InterruptedException;
  }

  private static final String FOUR = "linux/amd64,linux/arm64,linux/s390x,linux/riscv64";
  private static final Path BUILDAH = Path.of("/usr/bin/buildah");
  private static final int FILES = 2000;
  private static final int FILE_BYTES = 64 << 10;

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

  void all(String anyarch, List<String> bareJvm, PrintStream out)
      throws IOException, InterruptedException {
    rebuild(anyarch, bareJvm);
    if (Files.isExecutable(Path.of("/usr/bin/pigz"))) {
      layers(anyarch);
    } else {
      out.println("packing and unpacking: not measured, install pigz first");
    }
  }

  private void rebuild(String anyarch, List<String> bareJvm)
      throws IOException, InterruptedException {
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

  /// Another date of the files makes another layer of the same step: only packing is done again.
  private void layers(String anyarch) throws IOException, InterruptedException {
    Path context = Files.createDirectories(work.resolve("large/data"));
    Random random = new Random(1);
    byte[] words = new byte[FILE_BYTES];
    for (int i = 0; i < FILES; i++) {
      for (int at = 0; at < words.length; at++) {
        words[at] = (byte) ('a' + (int) Math.abs(random.nextGaussian() * 5) % 26);
      }
      Path file = Files.createDirectories(context.resolve("d" + i % 50)).resolve("f" + i);
      try (OutputStream out = Files.newOutputStream(file)) {
        out.write(words);
      }
    }
    Path large = work.resolve("large");
    Files.writeString(large.resolve("Containerfile"), "FROM scratch\nCOPY data /data\n");
    String result = work.resolve("large-out").toString();
    comparison.compare(
        "layer of 125 MB packed : tar | pigz",
        shell(
            "rm -rf "
                + result
                + "; "
                + anyarch
                + " build -q --source-date-epoch $$ -o oci:"
                + result
                + " "
                + large),
        shell("tar -C " + large + " -c data | pigz > " + work.resolve("data.tgz")),
        rounds);
    Path user = Files.createDirectories(work.resolve("user"));
    Files.writeString(user.resolve("a"), "a");
    Files.writeString(user.resolve("Containerfile"), "FROM oci:" + result + "\nCOPY a /a\n");
    comparison.compare(
        "layer of 125 MB unpacked : tar -xz",
        shell(
            "ANYARCH_HOME=$(mktemp -d -p "
                + work
                + ") "
                + anyarch
                + " build -q -o oci:"
                + result
                + "-user "
                + user),
        shell("cd $(mktemp -d -p " + work + ") && tar -xzf " + work.resolve("data.tgz")),
        rounds);
  }

  private static List<String> shell(String script) {
    return List.of("sh", "-c", script);
  }
}
