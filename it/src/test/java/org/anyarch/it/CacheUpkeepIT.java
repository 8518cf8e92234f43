package org.anyarch.it;

import static org.anyarch.it.CachedApp.OWN;
import static org.anyarch.it.CachedApp.build;
import static org.anyarch.it.CachedApp.prepared;
import static org.anyarch.it.CachedApp.ran;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// `anyarch cache du` and `prune`, and the limit that builds keep.
final class CacheUpkeepIT {
  @Test
  void theCacheIsListedAndPruned() throws IOException, InterruptedException {
    Actor actor = Machine.user();
    prepared(actor);
    build(actor);

    String listed = Images.succeed(actor.anyarch("cache", "du")).out();
    assertThat(listed).contains("RUN cat /data/file").contains("layer sha256:").contains("total: ");
    assertThat(Images.succeed(actor.anyarch("cache", "du", "--json")).out())
        .contains("\"kind\" : \"step\"");

    assertThat(Images.succeed(actor.anyarch("cache", "prune", "--dry-run")).out())
        .contains("\nwould remove: ");
    Images.succeed(actor.anyarch("cache", "prune", "--older-than", "1h"));
    Images.succeed(actor.anyarch("cache", "prune", "--keep-storage", "1GB"));
    assertThat(ran(build(actor))).isEmpty();

    Images.succeed(actor.anyarch("cache", "prune"));
    assertThat(actor.left("steps")).isEmpty();
    assertThat(actor.left("layers")).isEmpty();
    assertThat(ran(build(actor))).containsExactly(1, 2, 3, 4);
  }

  @Test
  void theLimitIsKeptBehindABuild() throws IOException, InterruptedException {
    Actor actor = Machine.user();
    prepared(actor);
    build(actor);
    actor.write("app/Containerfile", "FROM oci:../base\nRUN echo other > /other\n");

    Outcome outcome =
        Images.succeed(
            actor.anyarch(
                Map.of("ANYARCH_CACHE_LIMIT", "1k"),
                "",
                "build",
                "--platform",
                OWN,
                "-o",
                "oci:result",
                "app"));

    assertThat(outcome.err()).contains("of the cache");
    assertThat(actor.left("steps")).hasSize(1);
  }
}
