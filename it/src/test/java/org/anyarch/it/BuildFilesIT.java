package org.anyarch.it;

import static org.anyarch.it.CachedApp.build;
import static org.anyarch.it.CachedApp.prepared;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// What a build writes beside the image.
final class BuildFilesIT {
  @Test
  void labelsAnnotationsAndFilesForScripts() throws IOException, InterruptedException {
    Actor actor = Machine.user();
    prepared(actor);

    Outcome outcome =
        build(
            actor,
            "--label",
            "a=b",
            "--annotation",
            "c=d",
            "--iidfile",
            "iid",
            "--metadata-file",
            "metadata.json");

    String index = Files.readString(actor.folder().resolve("result/index.json"));
    String digest = outcome.out().strip();
    assertThat(index).contains(digest);
    Path blobs = actor.folder().resolve("result/blobs/sha256");
    String manifest = Files.readString(blobs.resolve(digest.substring("sha256:".length())));
    assertThat(manifest).contains("\"annotations\":{\"c\":\"d\"}");
    String id = Files.readString(actor.folder().resolve("iid"));
    assertThat(Files.readString(blobs.resolve(id.substring("sha256:".length()))))
        .contains("\"Labels\":{\"a\":\"b\"}");
    assertThat(Files.readString(actor.folder().resolve("metadata.json")))
        .contains("\"containerimage.digest\" : \"" + digest)
        .contains("\"containerimage.config.digest\" : \"" + id)
        .contains("\"containerimage.descriptor\"");
  }
}
