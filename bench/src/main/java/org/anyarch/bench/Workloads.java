package org.anyarch.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Measures builds as people have them, on Debian as its own tools set it up: with native twins,
/// emulated, and for this machine's platform, and whether the first two made the same image. Prints
/// one line a workload.
public final class Workloads {
  /// @param ready what is there before, made once
  /// @param measured instructions that are run each time
  /// @param twins a word of the table of twins for each that has to be there before; where
  ///   `measured` installs them itself, none
  private record Workload(String name, String ready, String measured, List<String> twins) {}

  private static final String OWN = "amd64";

  private static final String WITHOUT_TIMES =
      " && rm -rf /var/log/* /var/cache/* /var/lib/apt/lists/*\n";

  private static final String SMALL =
      """
      COPY small.c /src/
      WORKDIR /src
      RUN for i in 1 2 3 4 5; do gcc -O2 -g -DN=$i -c small.c -o $i.o; done; gcc -o all *.o
      """;

  private static final String SMALL_C =
      """
      #include <stdio.h>
      #include <math.h>
      #define NAME_(n) f##n
      #define NAME(n) NAME_(n)
      double NAME(N)(double x) { printf("%f\\n", x); return x * N; }
      #if N == 1
      int main(void) { return (int) f1(0); }
      #endif
      """;

  private static final List<Workload> WORKLOADS =
      List.of(
          new Workload("apt", "", install("gcc libc6-dev make") + WITHOUT_TIMES + SMALL, List.of()),
          new Workload(
              "configure",
              install("gcc libc6-dev make")
                  + "\n"
                  + "ADD --unpack http://deb.debian.org/debian/pool/main/h/hello/hello_2.10.orig.tar.gz /src/\n",
              "RUN cd /src/hello-2.10 && ./configure -q && make -s CFLAGS=-O2 && ./hello && rm config.log\n",
              List.of("make", "sed")),
          new Workload(
              "cmake",
              install("g++ libc6-dev make cmake")
                  + "\n"
                  + "ADD --unpack http://deb.debian.org/debian/pool/main/n/ninja-build/ninja-build_1.12.1.orig.tar.gz /src/\n",
              "RUN cd /src/ninja-1.12.1 && cmake -B /out -DBUILD_TESTING=OFF -DCMAKE_BUILD_TYPE=Release . && make -C /out && /out/ninja --version && find /out -name '*.log' -o -name '*.yaml' -o -name '*.make' | xargs rm\n",
              List.of("make", "sed")),
          new Workload(
              "processes",
              "RUN apt-get update\n",
              "RUN i=0; while [ $i -lt 5000 ]; do echo $i | sed s/1/2/; i=$((i+1)); done > /dev/null\n",
              List.of("sed")),
          new Workload(
              "no-twin",
              "RUN apt-get update && cp /bin/true /bin/dash /usr/local/bin/\n",
              "RUN exec /usr/local/bin/dash -c 'i=0; while [ $i -lt 1000 ]; do /usr/local/bin/true; i=$((i+1)); done'\n",
              List.of("sed")),
          new Workload(
              "no-twin-long",
              "RUN apt-get update && cp /usr/bin/perl /usr/local/bin/perl\n",
              "RUN /usr/local/bin/perl -e 'for (1..30000000) { $x += $_ & 3 } print $x'\n",
              List.of("sed")));

  private static String install(String packages) {
    return "RUN apt-get update && apt-get install -y --no-install-recommends " + packages;
  }

  private final String anyarch;
  private final Path work;
  private final String home;
  private final int runs;
  private final PrintStream out;

  private Workloads(Path tree, Path work, int runs, PrintStream out) {
    this.anyarch = tree.resolve("dist/target/anyarch/bin/anyarch").toString();
    this.home = tree.resolve("target/workloads-home").toString();
    this.work = work;
    this.runs = runs;
    this.out = out;
  }

  /// @param args the folder of the source tree, how many runs, and then suites, platforms and names
  ///   of workloads, each with commas between; all workloads by default
  public static void main(String[] args) throws IOException, InterruptedException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    Path tree = Path.of(args[0]);
    Path work = Files.createDirectories(tree.resolve("target/workloads"));
    Workloads workloads = new Workloads(tree, work, Integer.parseInt(args[1]), out);
    List<String> names =
        args.length > 4
            ? List.of(args[4].split(",", -1))
            : WORKLOADS.stream().map(Workload::name).toList();
    out.printf(
        Locale.ROOT,
        "%-9s %-9s %-14s %8s %9s %8s %9s %8s %s%n",
        "seconds",
        "",
        "",
        "twins",
        "emulated",
        "faster",
        "native",
        "slower",
        "image");
    for (String suite : args[2].split(",", -1)) {
      for (String platform : args[3].split(",", -1)) {
        for (Workload workload : WORKLOADS) {
          if (names.contains(workload.name())) {
            workloads.measure(suite, platform, workload);
          }
        }
      }
    }
  }

  private void measure(String suite, String platform, Workload workload)
      throws IOException, InterruptedException {
    Path context =
        Files.createDirectories(work.resolve(workload.name().replaceAll("[^a-z]+", "-")));
    Files.writeString(context.resolve("small.c"), SMALL_C);
    Ran twins = run(context, suite, platform, workload, "exact");
    Ran emulated = run(context, suite, platform, workload, "off");
    Ran own = run(context, suite, OWN, workload, "off");
    out.printf(
        Locale.ROOT,
        "%-9s %-9s %-14s %8.2f %9.2f %8.2f %9.2f %8.2f %s%n",
        suite,
        platform,
        workload.name(),
        twins.seconds(),
        emulated.seconds(),
        emulated.seconds() / twins.seconds(),
        own.seconds(),
        twins.seconds() / own.seconds(),
        twins.image().equals(emulated.image()) ? "the same" : "differs");
  }

  /// @param seconds the median
  /// @param image of the last one
  private record Ran(double seconds, String image) {}

  private Ran run(Path context, String suite, String platform, Workload workload, String mode)
      throws IOException, InterruptedException {
    Path file = context.resolve("Containerfile-" + platform.replace('/', '-'));
    String waiting =
        workload.twins().isEmpty()
            ? ""
            : "RUN [ ! -e /dev/.anyarch/step/table ] || for n in %s; do timeout 300 sh -c \"until grep -q ld/.*$n /dev/.anyarch/step/table; do :; done\" || exit 1; done\n"
                .formatted(String.join(" ", workload.twins()));
    Files.writeString(
        file,
        "FROM oci:"
            + pair(suite, platform)
            + " AS ready\n"
            + workload.ready()
            + waiting
            + "FROM ready AS measured\n"
            + workload.measured());
    List<String> command =
        List.of(
            anyarch,
            "build",
            "-q",
            "--no-cache-filter=measured",
            "--platform=linux/" + platform,
            "--accelerate=" + mode,
            "-f",
            file.toString(),
            "-o",
            "oci:" + work.resolve("out"),
            context.toString());
    Map<String, String> environment = Map.of("ANYARCH_HOME", home, "ANYARCH_SELF_CHECK", "0");
    succeed(command, environment);
    double[] times = new double[runs];
    String image = "";
    for (int i = 0; i < runs; i++) {
      long start = System.nanoTime();
      image = succeed(command, environment);
      times[i] = (System.nanoTime() - start) / 1e9;
    }
    Arrays.sort(times);
    return new Ran(times[runs / 2], image);
  }

  /// A base image as registries have them: for a platform, and this machine's.
  private Path pair(String suite, String platform) throws IOException, InterruptedException {
    String folded = platform.replace("/", "");
    Path image = work.resolve(suite + "-pair-" + folded);
    if (!Files.exists(image.resolve("index.json"))) {
      base(suite, OWN);
      base(suite, platform);
      Path context = Files.createDirectories(work.resolve("pair"));
      Files.writeString(
          context.resolve("Containerfile"),
          "ARG TARGETARCH\nARG TARGETVARIANT\nFROM oci:"
              + work.resolve(suite)
              + "-${TARGETARCH}${TARGETVARIANT}\n");
      succeed(
          List.of(
              anyarch,
              "build",
              "-q",
              "--platform=linux/" + OWN + ",linux/" + platform,
              "-o",
              "oci:" + image,
              context.toString()),
          Map.of("ANYARCH_HOME", home));
    }
    return image;
  }

  /// Debian's smallest root with apt, set up by its own scripts, as an image for one platform.
  private Path base(String suite, String platform) throws IOException, InterruptedException {
    Path image = work.resolve(suite + "-" + platform.replace("/", ""));
    if (Files.exists(image.resolve("index.json"))) {
      return image;
    }
    Path context = Files.createDirectories(work.resolve("base"));
    String debian = platform.equals("arm/v7") ? "armhf" : platform;
    List<String> root =
        new ArrayList<>(
            List.of(
                anyarch,
                "exec",
                "--accelerate=off",
                "--",
                "mmdebstrap",
                "--mode=root",
                "--quiet",
                "--skip=check/qemu",
                "--variant=minbase",
                "--arch=" + debian,
                "--include=ca-certificates",
                suite,
                context.resolve("root.tar").toString(),
                "deb http://deb.debian.org/debian " + suite + " main"));
    succeed(root, Map.of("ANYARCH_HOME", home));
    Files.writeString(context.resolve("Containerfile"), "FROM scratch\nADD root.tar /\n");
    succeed(
        List.of(
            anyarch,
            "build",
            "-q",
            "--platform=linux/" + platform,
            "-o",
            "oci:" + image,
            context.toString()),
        Map.of("ANYARCH_HOME", home));
    return image;
  }

  /// What a command that has to succeed printed.
  private String succeed(List<String> command, Map<String, String> environment)
      throws IOException, InterruptedException {
    Path log = work.resolve("log");
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int status = process.waitFor();
    if (status != 0) {
      throw new IOException(
          command + " ended with status " + status + ":\n" + printed + Files.readString(log));
    }
    return printed;
  }
}
