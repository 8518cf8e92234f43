package org.anyarch.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A base image for arm64 and this machine, of Debian's own packages, unpacked and not configured.
final class TwinBase {
  static final String OWN = CachedApp.OWN.replace("linux/", "");

  private static final String FILE =
      """
      FROM scratch
      ARG TARGETARCH
      ADD ${TARGETARCH}.tar /
      ENV PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8
      """;

  private static final String SMALL = "dash,coreutils,sed";

  /// Folders of archives, by their packages.
  private static final Map<String, Path> MADE = new HashMap<>();

  private TwinBase() {}

  /// Writes the layouts of a few packages.
  static void make(Actor actor) throws IOException, InterruptedException {
    make(actor, SMALL);
  }

  /// Writes the layouts `b`, of both platforms, and `alone`, of arm64.
  static void make(Actor actor, String packages) throws IOException, InterruptedException {
    pair(actor, "arm64", packages);
    Images.succeed(
        actor.anyarch("build", "-q", "--platform", "linux/arm64", "-o", "oci:alone", "base"));
  }

  /// Writes the layout `b`, of this machine's platform and another.
  static void pair(Actor actor, String arch, String packages)
      throws IOException, InterruptedException {
    actor.write("base/Containerfile", FILE);
    roots(actor, arch, packages);
    Images.succeed(
        actor.anyarch(
            "build", "-q", "--platform", "linux/" + OWN + ",linux/" + arch, "-o", "oci:b", "base"));
  }

  /// Writes the layout `alone`, of arm64, of a suite of Debian.
  static void alone(Actor actor, String packages, String suite)
      throws IOException, InterruptedException {
    actor.write("base/Containerfile", FILE);
    Processes.must(
        actor.folder(),
        Machine.tree().resolve("examples/roots/debian-root").toString(),
        "arm64",
        "base/arm64.tar",
        packages,
        suite);
    Images.succeed(
        actor.anyarch("build", "-q", "--platform", "linux/arm64", "-o", "oci:alone", "base"));
  }

  /// Puts the root folders of arm64 and this machine's platform into the folder `base`, as archives
  /// that are made once a run.
  static void roots(Actor actor, String packages) throws IOException {
    roots(actor, "arm64", packages);
  }

  private static void roots(Actor actor, String foreign, String packages) throws IOException {
    Files.createDirectories(actor.folder().resolve("base"));
    Processes.must(actor.folder(), "cp", "-r", made(foreign, packages) + "/.", "base");
  }

  private static synchronized Path made(String foreign, String packages) {
    return MADE.computeIfAbsent(
        foreign + " " + packages,
        _ -> {
          Path folder = Machine.root().folder();
          for (String arch : List.of(OWN, foreign)) {
            Processes.must(
                folder,
                Machine.tree().resolve("examples/roots/debian-root").toString(),
                arch,
                arch + ".tar",
                packages);
          }
          return folder;
        });
  }
}
