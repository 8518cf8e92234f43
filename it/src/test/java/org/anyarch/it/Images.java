package org.anyarch.it;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Builds the images that the tests use.
final class Images {
  static final String BASE = "oci:base";

  /// What [#base] copies, by its platforms.
  private static final Map<List<String>, Path> BASES = new HashMap<>();

  private Images() {}

  /// A base of busybox for these platforms in the actor's folder, as `oci:base`. It is built once a
  /// run, by root; the actor's home knows nothing of it.
  static void base(Actor actor, List<String> platforms) throws IOException, InterruptedException {
    Processes.must(actor.folder(), "cp", "-r", built(platforms) + "/.", ".");
    actor.give(actor.folder().resolve("base"));
    actor.give(actor.folder().resolve("base-context"));
  }

  /// What the newest layer with that file in a layout of the actor's has there.
  static String file(Actor actor, String layout, String file) {
    return Processes.must(
        actor.folder(),
        "sh",
        "-c",
        "for b in $(ls -t $1/blobs/sha256); do tar -xzOf $1/blobs/sha256/$b $2 2>/dev/null && break; done; true",
        "sh",
        layout,
        file);
  }

  private static synchronized Path built(List<String> platforms)
      throws IOException, InterruptedException {
    Path built = BASES.get(platforms);
    if (built == null) {
      Actor actor = Machine.root();
      buildBase(actor, platforms);
      Processes.must(actor.folder(), "rm", "-r", actor.home().toString());
      built = actor.folder();
      BASES.put(List.copyOf(platforms), built);
    }
    return built;
  }

  /// [#base] built by the actor, with the actor's home, for tests of just that.
  static void buildBase(Actor actor, List<String> platforms)
      throws IOException, InterruptedException {
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
