package org.anyarch.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Measures steps for arm64 with native twins against the same steps emulated, as whole builds.
final class TwinsBench {
  private static final String PACKAGES = "dash,coreutils,sed,grep,gzip,tar,dpkg";
  private static final String LOOP =
      "i=0; while [ $i -lt 300 ]; do echo $i | sed s/1/2/ > /dev/null; i=$((i+1)); done";
  private static final String ARCHIVE =
      "for i in 1 2 3; do tar -cf - /usr | gzip > /dev/null; done";

  private final Path tree;
  private final Path work;
  private final CacheBench.Comparison comparison;
  private final int rounds;

  TwinsBench(Path tree, Path work, CacheBench.Comparison comparison, int rounds) {
    this.tree = tree;
    this.work = work;
    this.comparison = comparison;
    this.rounds = rounds;
  }

  void all(String anyarch, String own) throws IOException, InterruptedException {
    Path base = Files.createDirectories(work.resolve("twins"));
    for (String arch : List.of(own, "arm64")) {
      run(
          tree.resolve("examples/roots/debian-root").toString(),
          arch,
          base.resolve(arch + ".tar").toString(),
          PACKAGES);
    }
    Files.writeString(
        base.resolve("Containerfile"),
        "FROM scratch\nARG TARGETARCH\nADD ${TARGETARCH}.tar /\nENV PATH=/usr/bin:/bin\n");
    String image = "oci:" + work.resolve("twins-base");
    run(
        anyarch,
        "build",
        "-q",
        "--platform",
        "linux/" + own + ",linux/arm64",
        "-o",
        image,
        base.toString());
    compare("300 x echo | sed, arm64, twins : emulated", anyarch, image, LOOP);
    compare("tar | gzip of 130 MB, arm64, twins : emulated", anyarch, image, ARCHIVE);
  }

  private void compare(String what, String anyarch, String image, String script)
      throws IOException, InterruptedException {
    Path context = Files.createDirectories(work.resolve("twins-steps"));
    Files.writeString(context.resolve("Containerfile"), "FROM " + image + "\nRUN " + script + "\n");
    comparison.compare(
        what, build(anyarch, context, "exact"), build(anyarch, context, "off"), rounds);
  }

  private List<String> build(String anyarch, Path context, String mode) {
    return List.of(
        anyarch,
        "build",
        "-q",
        "--no-cache",
        "--platform",
        "linux/arm64",
        "--accelerate=" + mode,
        "-o",
        "oci:" + work.resolve("twins-out"),
        context.toString());
  }

  private static void run(String... command) throws IOException, InterruptedException {
    int status =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start()
            .waitFor();
    if (status != 0) {
      throw new IOException(String.join(" ", command) + " ended with status " + status);
    }
  }
}
