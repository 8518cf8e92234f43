package org.anyarch.twins;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OriginsTest {
  private static final Archive.Deb ONE =
      new Archive.Deb(URI.create("http://a.example/pool/one_1%2b2.deb"), "1".repeat(64));
  private static final Archive.Deb TWO =
      new Archive.Deb(URI.create("https://a.example/pool/two.deb"), "2".repeat(64));

  @TempDir Path folder;

  @Test
  void whatIsWrittenIsReadAndLaterFilesWin() throws IOException {
    Path first = folder.resolve("first");
    Path second = folder.resolve("second");
    new Origins(Map.of("one 1", ONE, "two 2", ONE)).write(first);
    new Origins(Map.of("two 2", TWO)).write(second);

    Origins read = Origins.read(List.of(first, folder.resolve("absent"), second));

    assertThat(read.debs()).isEqualTo(Map.of("one 1", ONE, "two 2", TWO));
  }

  @Test
  void otherLinesSayNothing() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("x"),
            "one 1 12 http://a/\n\none 1 " + "1".repeat(64) + " file:/etc/shadow\n");
    assertThat(Origins.read(List.of(file)).debs()).isEmpty();
  }
}
