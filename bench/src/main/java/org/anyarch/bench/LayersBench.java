package org.anyarch.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/// Measures what large contexts and layers cost, as whole processes: hashing, packing and
/// unpacking; 125 MB in large files, and a gigabyte in a hundred thousand. Beside tar, and beside
/// buildah if that is installed.
final class LayersBench {
  private static final int BLOCK = 4096;

  /// Prints what the largest of all processes of a command had resident, in kilobytes.
  private static final String MEMORY =
      """
      import resource, subprocess, sys
      if subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL):
          sys.exit(1)
      print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
      """;

  /// A context of equal files, half of which no compression makes smaller if `noisy`.
  private record Load(String name, String shown, int files, int fileBytes, boolean noisy) {
    void write(Path folder) throws IOException {
      Random random = new Random(1);
      for (int i = 0; i < files; i++) {
        Path file = Files.createDirectories(folder.resolve("data/d" + i % 500)).resolve("f" + i);
        try (OutputStream out = Files.newOutputStream(file)) {
          out.write(content(random));
        }
      }
      Files.writeString(folder.resolve("Containerfile"), "FROM scratch\nCOPY data /data\n");
    }

    private byte[] content(Random random) {
      byte[] content = new byte[fileBytes];
      if (noisy) {
        random.nextBytes(content);
      }
      int noise = noisy ? fileBytes / 2 : 0;
      byte[] words = new byte[Math.min(BLOCK, fileBytes - noise)];
      for (int at = noise; at < fileBytes; at += words.length) {
        for (int i = 0; i < words.length; i++) {
          words[i] = (byte) ('a' + (int) Math.abs(random.nextGaussian() * 5) % 26);
        }
        System.arraycopy(words, 0, content, at, Math.min(words.length, fileBytes - at));
      }
      return content;
    }
  }

  private final Path work;
  private final CacheBench.Comparison comparison;
  private final int rounds;

  LayersBench(Path work, CacheBench.Comparison comparison, int rounds) {
    this.work = work;
    this.comparison = comparison;
    this.rounds = rounds;
  }

  void all(String anyarch, PrintStream out) throws IOException, InterruptedException {
    if (!Files.isExecutable(Path.of("/usr/bin/pigz"))) {
      out.println("packing and unpacking: not measured, install pigz first");
      return;
    }
    Load large = new Load("large", "125 MB", 2000, 64 << 10, false);
    Load many = new Load("many", "1 GB, 100,000 files", 100_000, 10 << 10, true);
    for (Load load : List.of(large, many)) {
      Path context = Files.createDirectories(work.resolve(load.name()));
      load.write(context);
      packing(anyarch, load, context);
      unpacking(anyarch, load);
    }
    hashing(anyarch, many, out);
  }

  private String image(Load load) {
    return work.resolve(load.name() + "-out").toString();
  }

  private String archive(Load load) {
    return work.resolve(load.name() + ".tgz").toString();
  }

  /// Another date of the files makes another layer of the same step: only packing is done again.
  private void packing(String anyarch, Load load, Path context)
      throws IOException, InterruptedException {
    String out = image(load);
    String build = anyarch + " build -q -o oci:" + out + " ";
    comparison.compare(
        "layer of " + load.shown() + " packed : tar | pigz",
        shell("rm -rf " + out + "; " + build + "--source-date-epoch $$ " + context),
        shell("tar -C " + context + " -c data | pigz > " + archive(load)),
        rounds);
    if (Files.isExecutable(CacheBench.BUILDAH)) {
      String pushed = out + "-buildah";
      comparison.compare(
          load.shown() + " copied and packed : buildah bud, push",
          shell("rm -rf " + out + "; " + build + "--no-cache " + context),
          shell(
              buildah("buildah")
                  + "bud -q --isolation=chroot --layers --no-cache -t=packed "
                  + context
                  + " && rm -rf "
                  + pushed
                  + " && "
                  + buildah("buildah")
                  + "push -q packed oci:"
                  + pushed),
          rounds);
    }
  }

  private void unpacking(String anyarch, Load load) throws IOException, InterruptedException {
    Path user = Files.createDirectories(work.resolve(load.name() + "-user"));
    Files.writeString(user.resolve("a"), "a");
    Files.writeString(user.resolve("Containerfile"), "FROM oci:" + image(load) + "\nCOPY a /a\n");
    List<String> unpack =
        shell(
            fresh("ANYARCH_HOME=\"$d\" " + anyarch + " build -q -o oci:" + user + "-out " + user));
    comparison.compare(
        "layer of " + load.shown() + " unpacked : tar -xz",
        unpack,
        shell(fresh("cd \"$d\" && tar -xzf " + archive(load))),
        rounds);
    if (Files.isExecutable(CacheBench.BUILDAH)) {
      comparison.compare(
          "layer of " + load.shown() + " unpacked : buildah from",
          unpack,
          shell(fresh(buildah("$(basename $d)") + "from oci:" + image(load))),
          rounds);
    }
  }

  /// A folder of its own each time; the bench removes them all at its end.
  private String fresh(String script) {
    return "d=$(mktemp -d -p " + work + ") && " + script;
  }

  /// With all steps kept, but nothing known of the context's files; as buildah always does.
  private void hashing(String anyarch, Load load, PrintStream out)
      throws IOException, InterruptedException {
    Path home = work.resolve("hashing");
    Path context = work.resolve(load.name());
    String build = anyarch + " build -q -o oci:" + image(load) + " " + context;
    String rehash = "export ANYARCH_HOME=" + home + "; rm -rf " + home + "/contexts; ";
    comparison.compare(
        "context of " + load.shown() + " hashed : cat",
        shell(rehash + build),
        shell("find " + context + " -type f -print0 | xargs -0 cat > /dev/null"),
        rounds);
    if (Files.isExecutable(CacheBench.BUILDAH)) {
      comparison.compare(
          "context of " + load.shown() + " hashed : buildah --layers",
          shell(rehash + build),
          shell(buildah("buildah") + "bud -q --isolation=chroot --layers -t=hashed " + context),
          rounds);
    }
    Process measured =
        new ProcessBuilder("python3", "-c", MEMORY, "sh", "-c", rehash + build)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String kilobytes = new String(measured.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (measured.waitFor() != 0) {
      throw new IOException("the build under measurement of its memory failed");
    }
    out.printf(
        Locale.ROOT,
        "%-52s %7d MB%n",
        "memory of that, at most 512 MB",
        Long.parseLong(kilobytes.strip()) >> 10);
  }

  private String buildah(String folder) {
    return CacheBench.BUILDAH
        + " --root="
        + work
        + "/"
        + folder
        + " --runroot="
        + work
        + "/"
        + folder
        + "-run --storage-driver=overlay ";
  }

  private static List<String> shell(String script) {
    return List.of("sh", "-c", script);
  }
}
