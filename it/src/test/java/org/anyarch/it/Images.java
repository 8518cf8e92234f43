package org.anyarch.it;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Builds the images that the tests use.
final class Images {
  static final String BASE = "oci:base";

  private Images() {}

  /// A base of busybox for these platforms in the actor's folder, as `oci:base`.
  static void base(Actor actor, List<String> platforms) throws IOException, InterruptedException {
    actor.write(
        "base-context/Containerfile",
        """
        FROM scratch
        ARG TARGETARCH TARGETVARIANT
        ADD ${TARGETARCH}${TARGETVARIANT}.tar /
        ENV PATH=/usr/bin:/bin
        CMD ["/bin/sh"]
        """);
    for (String platform : platforms) {
      String name = platform.replace("linux/", "").replace("/", "") + ".tar";
      Processes.must(
          actor.folder(), "cp", Machine.roots().resolve(name).toString(), "base-context/" + name);
    }
    actor.give(actor.folder().resolve("base-context"));
    succeed(build(actor, "base", platforms, "base-context"));
  }

  static Outcome build(
      Actor actor, String output, List<String> platforms, String context, String... more)
      throws IOException, InterruptedException {
    List<String> words =
        new ArrayList<>(
            List.of(
                "build",
                "--platform",
                String.join(",", platforms),
                "-t",
                output + ":test",
                "-o",
                "oci:" + output));
    words.addAll(List.of(more));
    words.add(context);
    return actor.anyarch(words.toArray(String[]::new));
  }

  static Outcome succeed(Outcome outcome) {
    if (outcome.status() != 0) {
      throw new AssertionError(outcome.toString());
    }
    return outcome;
  }
}
