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
import java.util.Set;
import java.util.TreeSet;

/// Measures start-up, the session, foreign execs and a build. Prints one line a comparison.
public final class Bench {
  private static final int EXECS = 40;
  private static final Set<String> PARTS =
      new TreeSet<>(Set.of("start", "host", "cache", "layers", "twins", "session", "build"));

  private final Path tree;
  private final Path work;
  private final int runs;
  private final PrintStream out;

  private Bench(Path tree, Path work, int runs, PrintStream out) {
    this.tree = tree;
    this.work = work;
    this.runs = runs;
    this.out = out;
  }

  /// @param args the folder of the source tree, how many pairs to run, and the parts to measure,
  ///   with commas between: start, host, cache, layers, twins, session, build; all by default
  public static void main(String[] args) throws IOException, InterruptedException {
    Path work = Files.createTempDirectory("anyarch-bench");
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    try {
      Set<String> parts = args.length > 2 ? Set.of(args[2].split(",", -1)) : PARTS;
      if (!PARTS.containsAll(parts)) {
        throw new IllegalArgumentException("the parts are " + PARTS);
      }
      new Bench(Path.of(args[0]), work, Integer.parseInt(args[1]), out).measure(parts);
    } finally {
      new ProcessBuilder(
              args[0] + "/dist/target/anyarch/bin/anyarch",
              "exec",
              "--",
              "rm",
              "-rf",
              work.toString())
          .inheritIO()
          .start()
          .waitFor();
    }
  }

  private void measure(Set<String> parts) throws IOException, InterruptedException {
    String anyarch = tree.resolve("dist/target/anyarch/bin/anyarch").toString();
    out.printf(
        Locale.ROOT,
        "%-52s %10s %10s %7s%n",
        "median of " + runs + " pairs, ms",
        "this",
        "peer",
        "ratio");

    List<String> bareJvm = bareJvm();
    if (parts.contains("start")) {
      start(anyarch, bareJvm);
    }
    if (parts.contains("host")) {
      host(anyarch, bareJvm);
    }
    int pairs = Math.max(2, runs / 5);
    if (parts.contains("cache")) {
      new CacheBench(tree, work, this::compare, pairs).all(anyarch, bareJvm);
    }
    if (parts.contains("layers")) {
      new LayersBench(work, this::compare, pairs).all(anyarch, out);
    }
    if (parts.contains("twins")) {
      new TwinsBench(tree, work, this::compare, pairs).all(anyarch, "amd64");
    }
    if (parts.contains("session")) {
      session(anyarch);
    }
    if (parts.contains("build")) {
      steps(anyarch);
      build(
          anyarch,
          "linux/amd64,linux/arm64,linux/arm/v7,linux/386,linux/ppc64le,linux/s390x,linux/riscv64");
    }
  }

  private void start(String anyarch, List<String> bareJvm)
      throws IOException, InterruptedException {
    String session = tree.resolve("dist/target/anyarch/libexec/anyarch-session").toString();
    compare("anyarch --version : bare JVM", List.of(anyarch, "--version"), bareJvm, 1);
    compare(
        "helper's session around true : true", List.of(session, "--", "true"), List.of("true"), 1);
    compare("anyarch exec true : bare JVM", List.of(anyarch, "exec", "--", "true"), bareJvm, 1);
  }

  private void session(String anyarch) throws IOException, InterruptedException {
    Path foreign = root("arm64");
    Path own = root("amd64");
    String loop = "i=0; while [ $i -lt " + EXECS + " ]; do /bin/true; i=$((i+1)); done";
    List<String> inForeign =
        List.of(anyarch, "exec", "--", "chroot", foreign.toString(), "/bin/sh", "-c", loop);
    List<String> inOwn =
        List.of(anyarch, "exec", "--", "chroot", own.toString(), "/bin/sh", "-c", loop);
    List<String> plain = List.of("chroot", own.toString(), "/bin/sh", "-c", loop);
    compare(EXECS + " x /bin/true, arm64 in a session : plain chroot", inForeign, plain, 1);
    compare(EXECS + " x /bin/true, native in a session : plain chroot", inOwn, plain, 1);
  }

  /// Handlers for a whole host, which is played by a user namespace with processes and mounts of
  /// its own.
  private void host(String anyarch, List<String> bareJvm) throws IOException, InterruptedException {
    List<String> machine =
        List.of(
            "unshare", "--user", "--map-root-user", "--mount", "--pid", "--fork", "--mount-proc");
    String install =
        "mount -t binfmt_misc none /proc/sys/fs/binfmt_misc && mount -t tmpfs none /var/lib && "
            + anyarch
            + " host install --namespace all >/dev/null";
    compare(
        "anyarch host install all, first time : bare JVM",
        joined(machine, List.of("sh", "-c", install)),
        bareJvm,
        1);
    ProcessBuilder builder =
        new ProcessBuilder(
            joined(machine, List.of("sh", "-c", install + " && echo ready && exec sleep 1000000")));
    builder.environment().put("ANYARCH_HOME", home().toString());
    Process held = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try {
      if (!"ready".equals(held.inputReader().readLine())) {
        throw new IOException("a host of its own cannot be played; see the line above");
      }
      long init = held.toHandle().children().findFirst().orElseThrow().pid();
      List<String> enter =
          List.of(
              "nsenter", "-t", String.valueOf(init), "-U", "-m", "-p", "--preserve-credentials");
      compare(
          "anyarch host ls, all handlers : bare JVM",
          joined(enter, List.of(anyarch, "host", "ls", "--namespace")),
          joined(enter, bareJvm),
          1);
      compare(
          "anyarch host install all, nothing to do : bare JVM",
          joined(enter, List.of(anyarch, "host", "install", "--namespace", "all")),
          joined(enter, bareJvm),
          1);
    } finally {
      held.toHandle().descendants().forEach(ProcessHandle::destroyForcibly);
      held.destroyForcibly().waitFor();
    }
  }

  private static List<String> joined(List<String> some, List<String> more) {
    List<String> all = new ArrayList<>(some);
    all.addAll(more);
    return all;
  }

  /// The JVM that anyarch runs on, doing nothing, with its own default class archive.
  private List<String> bareJvm() throws IOException, InterruptedException {
    Path source = work.resolve("Empty.java");
    Files.writeString(source, "public class Empty { public static void main(String[] a) {} }");
    Path home = Path.of(System.getProperty("java.home"));
    must(List.of(home.resolve("bin/javac").toString(), "-d", work.toString(), source.toString()));
    return List.of(
        home.resolve("bin/java").toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-cp",
        work.toString(),
        "Empty");
  }

  /// What a container costs: eleven RUN of `true` against one. A tenth of the difference is a
  /// step's.
  private void steps(String anyarch) throws IOException, InterruptedException {
    List<String> many = steps(anyarch, 11);
    List<String> one = steps(anyarch, 1);
    Medians medians = compare("build: eleven RUN true : one, native", many, one, 1);
    out.printf(
        Locale.ROOT,
        "%-52s %10.1f%n",
        "so one RUN true, native",
        (medians.command() - medians.peer()) / 10);
  }

  private List<String> steps(String anyarch, int count) throws IOException {
    Path context = Files.createDirectories(work.resolve("steps-" + count));
    Files.copy(tree.resolve("bench/target/roots/amd64.tar"), context.resolve("root.tar"));
    StringBuilder file = new StringBuilder("FROM scratch\nADD root.tar /\n");
    for (int i = 0; i < count; i++) {
      file.append("RUN true ").append(i).append('\n');
    }
    Files.writeString(context.resolve("Containerfile"), file.toString());
    String output = "oci:" + work.resolve("steps-out");
    return List.of(anyarch, "build", "-q", "--no-cache", "-o", output, context.toString());
  }

  private Path root(String arch) throws IOException, InterruptedException {
    Path root = Files.createDirectories(work.resolve(arch));
    must(
        List.of(
            "tar",
            "-C",
            root.toString(),
            "-xf",
            tree.resolve("bench/target/roots/" + arch + ".tar").toString()));
    return root;
  }

  /// The example's build when its roots are there (the quickstart makes them): seven platforms
  /// against the host's alone.
  private void build(String anyarch, String platforms) throws IOException, InterruptedException {
    Path base = tree.resolve("target/quickstart/base");
    if (!Files.isDirectory(base)) {
      out.println("examples/hello: not measured, run ./quickstart first");
      return;
    }
    List<String> seven = build(anyarch, platforms, base);
    List<String> own = build(anyarch, "linux/amd64", base);
    compare(
        "build examples/hello: seven platforms : native one", seven, own, Math.max(1, runs / 5));
  }

  private List<String> build(String anyarch, String platforms, Path base) {
    return List.of(
        anyarch,
        "build",
        "--no-cache",
        "-q",
        "--platform",
        platforms,
        "--build-context",
        "base=oci-layout://" + base,
        "-o",
        "oci:" + work.resolve("out"),
        "-t",
        "hello",
        tree.resolve("examples/hello").toString());
  }

  private record Medians(double command, double peer) {}

  private Medians compare(String what, List<String> command, List<String> peer, int rounds)
      throws IOException, InterruptedException {
    int pairs = rounds == 1 ? runs : rounds;
    double[] times = new double[pairs];
    double[] peerTimes = new double[pairs];
    double[] ratios = new double[pairs];
    must(command);
    must(peer);
    for (int i = 0; i < pairs; i++) {
      // In turns, for whatever the first of a pair leaves behind to the second.
      if (i % 2 == 0) {
        times[i] = must(command);
        peerTimes[i] = must(peer);
      } else {
        peerTimes[i] = must(peer);
        times[i] = must(command);
      }
      ratios[i] = times[i] / peerTimes[i];
    }
    out.printf(
        Locale.ROOT,
        "%-52s %10.1f %10.1f %7.2f%n",
        what,
        median(times),
        median(peerTimes),
        median(ratios));
    return new Medians(median(times), median(peerTimes));
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  /// Milliseconds of a run that has to succeed. What runs before it wrote is on the disk by then,
  /// so that it does not wait for that.
  private double must(List<String> command) throws IOException, InterruptedException {
    Path log = work.resolve("log");
    new ProcessBuilder("sync").inheritIO().start().waitFor();
    ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(command));
    builder
        .environment()
        .putAll(Map.of("ANYARCH_HOME", System.getProperty("anyarch.home", home().toString())));
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    long start = System.nanoTime();
    int status = builder.start().waitFor();
    double elapsed = (System.nanoTime() - start) / 1e6;
    if (status != 0) {
      throw new IOException(
          command + " ended with status " + status + ":\n" + Files.readString(log));
    }
    return elapsed;
  }

  /// The emulators that the quickstart fetched, if it ran.
  private Path home() {
    return tree.resolve("target/quickstart/home");
  }
}
