package org.anyarch.it;

import java.io.IOException;
import java.util.List;

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

  private TwinBase() {}

  /// Writes the layouts `b`, of both platforms, and `alone`, of arm64.
  static void make(Actor actor, String packages) throws IOException, InterruptedException {
    actor.write("base/Containerfile", FILE);
    for (String arch : List.of(OWN, "arm64")) {
      Processes.must(
          actor.folder(),
          Machine.tree().resolve("examples/roots/debian-root").toString(),
          arch,
          "base/" + arch + ".tar",
          packages);
    }
    Images.succeed(
        actor.anyarch(
            "build", "-q", "--platform", "linux/" + OWN + ",linux/arm64", "-o", "oci:b", "base"));
    Images.succeed(
        actor.anyarch("build", "-q", "--platform", "linux/arm64", "-o", "oci:alone", "base"));
  }
}
