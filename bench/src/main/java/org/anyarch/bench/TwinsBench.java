package org.anyarch.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Measures steps for arm64 with native twins against the same steps emulated, as whole builds, and
/// a compilation also against one for this machine.
final class TwinsBench {
  private static final String PACKAGES = "dash,coreutils,sed,grep,gzip,tar,dpkg";
  private static final String LOOP =
      "i=0; while [ $i -lt 300 ]; do echo $i | sed s/1/2/ > /dev/null; i=$((i+1)); done";
  private static final String ARCHIVE =
      "for i in 1 2 3; do tar -cf - /usr | gzip > /dev/null; done";

  private static final String COMPILERS =
      "base-files,dash,coreutils,sed,grep,gcc,g++,libc6-dev,libc-bin,dpkg,apt,sqv,debian-archive-keyring";

  /// Their twins come from the archive, and are there when the last step has ended.
  private static final String READY =
      """
      RUN chmod 1777 /tmp && cat > /etc/apt/sources.list <<END && apt-get update
      deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian trixie main
      deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian trixie-updates main
      deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian-security trixie-security main
      END
      RUN [ ! -e /dev/.anyarch/step/table ] || for n in cc1 cc1plus gnu-as; do until grep -q "ld/.*$n" /dev/.anyarch/step/table; do :; done; done
      """;

  private static final String COMPILE =
      """
      RUN cat > a.cc <<END && g++ -O2 -g -c a.cc && for i in 1 2 3 4 5 6 7 8; do gcc -O2 -DN=$i -x c -c - -o $i.o < b.c; done
      #include <map>
      #include <regex>
      #include <string>
      bool matches(const std::map<std::string, std::string> &all, const std::string &by) {
        for (const auto &one : all) if (std::regex_match(one.second, std::regex(by))) return true;
        return false;
      }
      END
      """;

  private static final String SOURCE =
      """
      #include <stdio.h>
      #include <stdlib.h>
      #include <string.h>
      static int compare(const void *a, const void *b) { return strcmp(a, b); }
      void sorted(char (*lines)[N + 8], int count) { qsort(lines, count, sizeof *lines, compare); for (int i = 0; i < count; i++) puts(lines[i]); }
      """;

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
    compiling(anyarch, own);
  }

  private void compiling(String anyarch, String own) throws IOException, InterruptedException {
    Path base = Files.createDirectories(work.resolve("compilers"));
    for (String arch : List.of(own, "arm64")) {
      run(
          tree.resolve("examples/roots/debian-root").toString(),
          arch,
          base.resolve(arch + ".tar").toString(),
          COMPILERS,
          "trixie");
    }
    Files.writeString(
        base.resolve("Containerfile"),
        "FROM scratch\nARG TARGETARCH\nADD ${TARGETARCH}.tar /\nENV PATH=/usr/sbin:/usr/bin\n");
    String image = "oci:" + work.resolve("compilers-base");
    String ours = "linux/" + own;
    run(anyarch, "build", "-q", "--platform", ours + ",linux/arm64", "-o", image, base.toString());
    Path context = Files.createDirectories(work.resolve("compilers-steps"));
    Files.writeString(context.resolve("b.c"), SOURCE);
    Files.writeString(
        context.resolve("Containerfile"),
        "FROM "
            + image
            + " AS ready\n"
            + READY
            + "FROM ready AS compiled\nWORKDIR /src\nCOPY b.c .\n"
            + COMPILE);
    List<String> twins = compile(anyarch, context, "linux/arm64", "exact");
    comparison.compare(
        "9 compilations, arm64, twins : emulated",
        twins,
        compile(anyarch, context, "linux/arm64", "off"),
        rounds);
    comparison.compare(
        "9 compilations, arm64 with twins : this machine's",
        twins,
        compile(anyarch, context, ours, "off"),
        rounds);
  }

  private List<String> compile(String anyarch, Path context, String platform, String mode) {
    return List.of(
        anyarch,
        "build",
        "-q",
        "--no-cache-filter=compiled",
        "--platform",
        platform,
        "--accelerate=" + mode,
        "-o",
        "oci:" + work.resolve("compilers-out"),
        context.toString());
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
