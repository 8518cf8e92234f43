package org.anyarch.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.anyarch.elf.ElfProbe;
import org.anyarch.platform.Guest;
import org.anyarch.platform.Platform;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files that are called as emulators are. Fetching real ones is tried in the integration tests.
final class EmulatorsTest {
  private static final Guest HOST = Guest.of(Platform.host()).orElseThrow();
  private static final Guest S390X = Guest.named("s390x").orElseThrow();

  @TempDir private Path folder;

  private final List<String> notes = new ArrayList<>();

  private Path file(String name, byte[] content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.resolveSibling("."));
    Files.write(file, content);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static byte[] good() {
    return ElfProbe.exiting(HOST, 0);
  }

  private Emulators emulators() throws EmulatorException {
    return Emulators.of(
        folder.resolve("store"),
        Map.of(Emulators.VARIABLE, folder.resolve("own").toString(), "PATH", folder + "/path"),
        notes::add);
  }

  private Path s390x() throws EmulatorException, IOException {
    return emulators().available().stream()
        .filter(e -> e.guest().equals(S390X))
        .findFirst()
        .orElseThrow()
        .path();
  }

  @Test
  void theOwnFolderGoesBeforeTheFetchedOnesAndThoseBeforePath()
      throws IOException, EmulatorException {
    Path path = file("path/qemu-s390x", good());
    assertThat(s390x()).isEqualTo(path.toRealPath());
    Path fetched = file("store/sha256-1/qemu-s390x-static", good());
    assertThat(s390x()).isEqualTo(fetched.toRealPath());
    Path own = file("own/qemu-s390x", good());
    assertThat(s390x()).isEqualTo(own.toRealPath());
    assertThat(notes).isEmpty();
  }

  @Test
  void whatIsRefusedIsPassedOverAndSaid() throws IOException, EmulatorException {
    file("own/qemu-s390x", "#!/bin/sh\nexit 0\n".getBytes(StandardCharsets.UTF_8));
    Path good = file("path/qemu-s390x-static", good());

    assertThat(s390x()).isEqualTo(good.toRealPath());
    assertThat(notes).singleElement().asString().contains("own/qemu-s390x").contains("no ELF");
  }

  private String objection(String name, byte[] content) throws IOException, EmulatorException {
    return new Inspector(Platform.host()).inspect(file(name, content)).objection().orElse("none");
  }

  @Test
  void aStaticProgramOfThisMachineIsFine() throws IOException, EmulatorException {
    assertThat(objection("good", good())).isEqualTo("none");
  }

  @Test
  void whatCannotWorkIsRefusedWithAReasonAndARemedy() throws IOException, EmulatorException {
    Guest other = HOST.equals(S390X) ? Guest.named("amd64").orElseThrow() : S390X;
    byte[] java = Files.readAllBytes(Path.of(System.getProperty("java.home"), "bin", "java"));
    byte[] packed = Arrays.copyOf(good(), good().length + 4);
    System.arraycopy("UPX!".getBytes(StandardCharsets.US_ASCII), 0, packed, good().length, 4);

    assertThat(objection("foreign", ElfProbe.exiting(other, 0))).contains("another machine");
    assertThat(objection("dynamic", java)).contains("dynamically").contains("emulator fetch");
    assertThat(objection("cut", Arrays.copyOf(java, java.length / 2))).contains("shorter than");
    assertThat(objection("stub", Arrays.copyOf(good(), 30))).contains("cut off");
    assertThat(objection("packed", packed)).contains("UPX").contains("upx -d");
    assertThat(objection("empty", new byte[0])).contains("no ELF file").contains("fetch it again");
    assertThat(new Inspector(Platform.host()).inspect(folder).objection().orElseThrow())
        .contains("is not a file");
  }

  @Test
  void aFileThatIsNotExecutableIsRefused() throws IOException, EmulatorException {
    Path file = file("plain", good());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

    assertThat(new Inspector(Platform.host()).inspect(file).objection().orElseThrow())
        .contains("chmod +x");
  }

  private String version(String text) throws IOException, EmulatorException, InterruptedException {
    Path script = file("v", ("#!/bin/sh\necho '" + text + "'\n").getBytes(StandardCharsets.UTF_8));
    return emulators().version(new Emulator(S390X, script));
  }

  @Test
  void theVersionIsWhatTheEmulatorSays()
      throws IOException, EmulatorException, InterruptedException {
    assertThat(version("qemu-s390x version 7.2.22 (Debian 1:7.2+dfsg-7)")).isEqualTo("7.2.22");
    assertThatThrownBy(() -> version("qemu-s390x version 5.2.0")).hasMessageContaining("6.0");
    assertThatThrownBy(() -> version("hello"))
        .hasMessageContaining("does not say that it is an emulator of QEMU")
        .isInstanceOf(EmulatorException.class);
  }

  @Test
  void aSurveyListsWhatIsUsedAndWhatIsRefused()
      throws IOException, EmulatorException, InterruptedException {
    file("own/qemu-s390x", new byte[0]);
    // Does not say that it is QEMU, so it is no emulator either.
    file("path/qemu-s390x", good());

    Path real = folder.toRealPath();
    List<Emulators.Finding> findings =
        emulators().survey().stream()
            .filter(f -> f.guest().equals(S390X) && f.path().startsWith(real))
            .toList();

    assertThat(findings).hasSize(2).noneMatch(Emulators.Finding::usable);
    assertThat(findings.getLast().objection()).contains("does not say");
  }
}
