package org.anyarch.twins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DebFileTest {
  private static final byte[] ELF = "\u007fELF and more".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] TEXT = "#!/bin/sh\n".getBytes(StandardCharsets.US_ASCII);

  @TempDir Path folder;

  private TwinPackage unpack(byte[] deb) throws IOException {
    Path file = Files.write(folder.resolve("x.deb"), deb);
    Path into = Files.createDirectory(folder.resolve("into"));
    DebFile.unpack(file, "tool 1", new TwinPackage.Filler(into));
    return new TwinPackage(into);
  }

  @Test
  void programsAndTheirOtherNamesAreTaken() throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("./bin/tool", ELF);
    files.put("./usr/bin/other", "=>./bin/tool".getBytes(StandardCharsets.US_ASCII));
    files.put("./usr/bin/script", TEXT);
    files.put("./usr/lib/debug/bin/tool", ELF);

    TwinPackage unpacked = unpack(Debs.deb(files));

    assertThat(unpacked.program("/usr/bin/tool").orElseThrow()).hasBinaryContent(ELF);
    assertThat(unpacked.program("/bin/tool").orElseThrow()).isExecutable();
    assertThat(unpacked.program("/bin/other").orElseThrow()).hasBinaryContent(ELF);
    assertThat(unpacked.program("/usr/bin/script")).isEmpty();
    assertThat(unpacked.program("/usr/lib/debug/bin/tool")).isEmpty();
    assertThat(unpacked.program("/../into/files/bin/tool/..")).isEmpty();
    assertThat(unpacked.what()).isEqualTo("tool 1");
    assertThat(unpacked.bytes()).isEqualTo(2L * ELF.length);
  }

  @Test
  void whatIsNoLongerWhatItWasIsSeen() throws IOException {
    TwinPackage unpacked = unpack(Debs.deb(Map.of("./bin/tool", ELF)));
    Path tool = unpacked.program("/bin/tool").orElseThrow();
    assertThat(unpacked.isComplete()).isTrue();
    assertThat(unpacked.isUnaltered()).isTrue();

    Files.writeString(tool, "\u007fELF and m0re");
    assertThat(unpacked.isComplete()).isTrue();
    assertThat(unpacked.isUnaltered()).isFalse();

    Files.writeString(tool, "short");
    assertThat(unpacked.isComplete()).isFalse();

    Files.delete(unpacked.folder().resolve("content"));
    assertThat(unpacked.isComplete()).isFalse();
  }

  @Test
  void librariesAreKnownByTheNameTheyAreNeededBy() throws IOException {
    byte[] library = Files.readAllBytes(Path.of("/proc/self/exe").toRealPath());
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("./usr/lib/x86_64-linux-gnu/libone.so.1", library);
    files.put("./usr/lib/x86_64-linux-gnu/gconv/TWO.so", library);
    files.put("./lib64/broken.so", ELF);

    TwinPackage unpacked = unpack(Debs.deb(files));

    assertThat(unpacked.library("libone.so.1").orElseThrow()).hasBinaryContent(library);
    assertThat(unpacked.library("TWO.so")).isEmpty();
    assertThat(unpacked.library("broken.so")).isEmpty();
    assertThat(unpacked.library("../files/lib64/broken.so")).isEmpty();
    assertThat(unpacked.libraries()).hasSize(1);
  }

  @Test
  void nothingIsWrittenOutsideOfTheFolder() throws IOException {
    byte[] deb = Debs.deb(Map.of("./../../outside", ELF));
    assertThatThrownBy(() -> unpack(deb)).hasMessageContaining("outside");
    assertThat(folder.resolve("outside")).doesNotExist();
  }

  @Test
  void anotherArchiveIsNoPackage() throws IOException {
    byte[] other = Debs.members(Map.of("control.tar.xz", TEXT));
    assertThatThrownBy(() -> unpack(other)).hasMessageContaining("no data.tar");
  }

  @Property(tries = 300)
  void anyBytesAreAPackageOrRefused(@ForAll byte[] bytes, @ForAll int seed) throws IOException {
    byte[] deb = Debs.deb(Map.of("./bin/a", ELF, "./bin/b", TEXT));
    int at = Math.floorMod(seed, deb.length);
    System.arraycopy(bytes, 0, deb, at, Math.min(bytes.length, deb.length - at));
    Path work = Files.createTempDirectory("deb");
    try {
      Path file = Files.write(work.resolve("x.deb"), deb);
      try {
        DebFile.unpack(file, "x", new TwinPackage.Filler(work.resolve("into")));
      } catch (IOException refused) {
        assertThat(refused).isNotNull();
      }
    } finally {
      try (var all = Files.walk(work)) {
        for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }
}
