package org.anyarch.it;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.anyarch.platform.Platform;

/// A build of two stages, which the tests of the cache share.
final class CachedApp {
  static final String OWN = Platform.host().toString();

  static final String CONTAINERFILE =
      """
      FROM oci:../base AS tools
      RUN echo tool > /tool
      FROM oci:../base
      ARG VALUE=1
      COPY data /data
      RUN cat /data/file > /copied
      COPY --from=tools /tool /tool
      RUN echo $VALUE > /value
      """;

  private CachedApp() {}

  static void prepared(Actor actor) throws IOException, InterruptedException {
    Images.base(actor, List.of(OWN));
    actor.write("app/data/file", "content");
    actor.write("app/Containerfile", CONTAINERFILE);
  }

  static Outcome build(Actor actor, String... more) throws IOException, InterruptedException {
    return Images.succeed(Images.build(actor, "result", List.of(OWN), "app", more));
  }

  /// The numbers of the last stage's steps that ran, ARG left out.
  static List<Integer> ran(Outcome outcome) {
    List<Integer> numbers = new ArrayList<>();
    for (int step = 1; step <= 4; step++) {
      // ARG is the first line of the stage's history.
      if (outcome.err().contains("stage-1 " + (step + 1) + "/5] done in")) {
        numbers.add(step);
      }
    }
    return numbers;
  }
}
