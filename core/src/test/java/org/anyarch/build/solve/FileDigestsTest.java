package org.anyarch.build.solve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileDigestsTest {
  private static final Clock CLOCK = Clock.fixed(Instant.ofEpochSecond(1000), ZoneOffset.UTC);

  @TempDir Path folder;

  private static FileDigests.Identity changedAt(Duration before) {
    long time = Duration.ofSeconds(1000).minus(before).toNanos();
    return new FileDigests.Identity(1, 2, 3, time, time);
  }

  @Test
  void whatHasNotChangedIsNotReadAgain() throws IOException {
    Path file = folder.resolve("digests");
    FileDigests first = FileDigests.read(file, CLOCK);
    first.put(changedAt(Duration.ofSeconds(3)), new byte[32], first.now());
    first.write(file);

    FileDigests second = FileDigests.read(file, CLOCK);

    assertThat(second.find(changedAt(Duration.ofSeconds(3)))).hasValue(new byte[32]);
    assertThat(second.find(changedAt(Duration.ofSeconds(4)))).isEmpty();
    assertThat(folder)
        .isDirectoryContaining("glob:**digests")
        .isDirectoryNotContaining("glob:**.*");
  }

  @Test
  void aFileThatChangedAMomentAgoMayChangeWithoutASign() throws IOException {
    FileDigests digests = FileDigests.read(folder.resolve("digests"), CLOCK);
    FileDigests.Identity young = changedAt(Duration.ofSeconds(1));

    digests.put(young, new byte[32], digests.now());

    assertThat(digests.find(young)).isEmpty();
  }

  @Test
  void aTornFileIsForgotten() throws IOException {
    Path file = Files.write(folder.resolve("digests"), new byte[] {'a', 'n', 'y'});

    assertThat(FileDigests.read(file, CLOCK).find(changedAt(Duration.ofSeconds(3)))).isEmpty();
  }
}
