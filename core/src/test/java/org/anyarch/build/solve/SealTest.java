package org.anyarch.build.solve;

import static org.anyarch.kernel.NoXattrs.NONE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SealTest {
  private static final String BOOT = "boot";
  private static final String NEXT_BOOT = "next";

  @TempDir Path folder;
  private Path file;
  private Seal seal;

  @BeforeEach
  void sealed() throws IOException {
    file = Files.createDirectories(folder.resolve("sub/deeper")).resolve("file");
    Files.writeString(file, "content");
    Files.createSymbolicLink(folder.resolve("link"), Path.of("sub"));
    seal = Seal.of(folder, NONE, BOOT);
  }

  @Test
  void anEntryHoldsAllOfIt() {
    EntryFile entry = new EntryFile("kind", seal.with(Map.of("what", "x")));

    assertThat(Seal.of(entry)).contains(seal);
    for (String name : List.of("files", "bytes", "shape", "contents", "top")) {
      Map<String, String> less = new java.util.HashMap<>(entry.values());
      less.remove(name);
      assertThat(Seal.of(new EntryFile("kind", less))).as(name).isEqualTo(Optional.empty());
    }
  }

  @Test
  void whatIsWholeFitsInEveryBoot() throws IOException {
    assertThat(seal.fits(folder, BOOT)).isTrue();
    assertThat(seal.fits(folder, NEXT_BOOT)).isTrue();
    assertThat(seal.isWhole(folder, NONE)).isTrue();
  }

  @Test
  void aLossOfPowerIsSeenInTheNextBoot() throws IOException {
    FileTime time = Files.getLastModifiedTime(file);
    Files.writeString(file, "");
    Files.setLastModifiedTime(file, time);

    assertThat(seal.fits(folder, BOOT)).isTrue();
    assertThat(seal.fits(folder, NEXT_BOOT)).isFalse();
    assertThat(seal.isWhole(folder, NONE)).isFalse();
  }

  @Test
  void anotherByteIsSeenByACheckAlone() throws IOException {
    FileTime time = Files.getLastModifiedTime(file);
    Files.writeString(file, "cOntent");
    Files.setLastModifiedTime(file, time);

    assertThat(seal.fits(folder, NEXT_BOOT)).isTrue();
    assertThat(seal.isWhole(folder, NONE)).isFalse();
  }

  @Test
  void whatIsMissingAtTheTopIsSeenAtOnce() throws IOException {
    Files.delete(folder.resolve("link"));

    assertThat(seal.fits(folder, BOOT)).isFalse();
    assertThat(seal.fits(folder.resolve("gone"), BOOT)).isFalse();
    assertThat(seal.fits(file, BOOT)).isFalse();
  }
}
