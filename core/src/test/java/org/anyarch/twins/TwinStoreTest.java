package org.anyarch.twins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TwinStoreTest {
  @TempDir Path folder;
  private TwinStore store;

  @BeforeEach
  void open() throws IOException {
    store = new TwinStore(folder);
  }

  @Test
  void aPackageAppearsAsAWhole() throws IOException, InterruptedException {
    TwinPackage made =
        store.make(
            "name",
            place -> {
              assertThat(store.find("name")).isEmpty();
              Files.writeString(place.resolve("file"), "text");
            });

    assertThat(store.find("name")).hasValue(made);
    assertThat(made.folder().resolve("file")).hasContent("text");
  }

  @Test
  void whatFailsLeavesNothing() throws IOException {
    assertThatThrownBy(
            () ->
                store.make(
                    "name",
                    place -> {
                      Files.createDirectories(place.resolve("a/b"));
                      throw new IOException("cut off");
                    }))
        .hasMessage("cut off");
    assertThat(store.find("name")).isEmpty();
    assertThat(folder.resolve("packages")).isEmptyDirectory();
  }

  @Test
  void theFasterOfTwoWins() throws IOException, InterruptedException {
    TwinPackage slower =
        store.make(
            "name",
            place -> {
              Files.writeString(place.resolve("file"), "mine");
              store.make("name", other -> Files.writeString(other.resolve("file"), "theirs"));
            });

    assertThat(slower.folder().resolve("file")).hasContent("theirs");
    assertThat(folder.resolve("packages").toFile().list()).hasSize(1);
  }

  @Test
  void whatWasLeftByAKilledBuildGoes() throws IOException, InterruptedException {
    Path left = Files.createDirectories(folder.resolve("indexes/.x-1/deep"));
    Path young = Files.createDirectory(folder.resolve("indexes/.x-2"));
    Files.setLastModifiedTime(
        left.getParent(), FileTime.from(Instant.now().minus(Duration.ofDays(2))));

    store.makeIndex("y", place -> Files.writeString(place, "text"));

    assertThat(left.getParent()).doesNotExist();
    assertThat(young).exists();
    assertThat(store.index("y").orElseThrow()).hasContent("text");
  }
}
