package org.anyarch.twins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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
              fill(place, "text");
            });

    assertThat(store.find("name")).hasValue(made);
    assertThat(made.program("/bin/tool").orElseThrow()).hasContent("\u007fELF text");
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
              fill(place, "mine");
              store.make("name", other -> fill(other, "theirs"));
            });

    assertThat(slower.program("/bin/tool").orElseThrow()).hasContent("\u007fELF theirs");
    assertThat(folder.resolve("packages").toFile().list()).hasSize(1);
  }

  @Test
  void whatWasLeftByAKilledBuildGoes() throws IOException, InterruptedException {
    Path left = Files.createDirectories(folder.resolve("indexes/.x-1/deep"));
    Path young = Files.createDirectory(folder.resolve("indexes/.x-2"));
    Files.setLastModifiedTime(
        left.getParent(), FileTime.from(Instant.now().minus(Duration.ofDays(2))));

    store.keepIndex("y", "text\n");

    assertThat(left.getParent()).doesNotExist();
    assertThat(young).exists();
    assertThat(store.index("y")).hasValue("text\n");
  }

  @Test
  void whatIsDamagedIsFoundAndRemoved() throws IOException, InterruptedException {
    Path tool = store.make("name", place -> fill(place, "text")).program("/bin/tool").orElseThrow();
    store.keepIndex("index", "text\n");
    Path index = folder.resolve("indexes/index");
    assertThat(store.all()).hasSize(2).allSatisfy(kept -> assertThat(intact(kept)).isTrue());

    Files.writeString(tool, "\u007fELF texT");
    Files.writeString(index, Files.readString(index) + "more\n");
    assertThat(store.all()).hasSize(2).allSatisfy(kept -> assertThat(intact(kept)).isFalse());

    // What the cheap look sees as well.
    Files.writeString(tool, "");
    assertThat(store.find("name")).isEmpty();
    assertThat(store.index("index")).isEmpty();
    assertThat(store.all()).isEmpty();
  }

  @Test
  void whatIsKeptIsListedAndRemoved() throws IOException, InterruptedException {
    store.make("name", place -> fill(place, "text"));
    TwinStore.Kept kept = store.all().getFirst();
    assertThat(kept.what()).contains("tool 1");
    assertThat(kept.bytes()).isEqualTo(9);

    assertThat(store.remove(kept.path())).isTrue();
    assertThat(store.remove(kept.path())).isFalse();
    assertThat(folder.resolve("packages")).isEmptyDirectory();
  }

  private boolean intact(TwinStore.Kept kept) {
    try {
      return store.isUnaltered(kept.path());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void fill(Path place, String text) throws IOException {
    TwinPackage.Filler filler = new TwinPackage.Filler(place);
    filler.add(
        "/bin/tool",
        new ByteArrayInputStream(("\u007fELF " + text).getBytes(StandardCharsets.US_ASCII)));
    filler.finish("tool 1");
  }

  /// As another build's removal leaves it for whoever comes meanwhile.
  @Test
  void whatIsBeingRemovedIsNoFault() throws IOException, InterruptedException {
    store.make("name", place -> fill(place, "text"));
    store.keepIndex("index", "text\n");
    List<TwinStore.Kept> listed = store.all();
    listed.forEach(
        kept -> {
          try {
            store.remove(kept.path());
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });

    assertThat(listed).hasSize(2).allSatisfy(kept -> assertThat(intact(kept)).isTrue());
    assertThat(store.find("name")).isEmpty();
    assertThat(store.index("index")).isEmpty();
  }
}
