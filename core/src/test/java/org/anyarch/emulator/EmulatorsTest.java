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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
    return saying("qemu-s390x version 9.2.4 (Debian 1:9.2.4)");
  }

  private static byte[] saying(String text) {
    return ElfProbe.printing(HOST, text + "\n");
  }

  /// A folder of the store as a fetch leaves it.
  private Path fetched(String name) throws IOException {
    Path file = file("store/sha256-1/" + name, good());
    new FetchedPackage(file.getParent()).seal();
    return file;
  }

  private Path memory() {
    return store().resolve("answers." + HOST.qemu());
  }

  private Path store() {
    return folder.resolve("store");
  }

  private Emulators emulators() throws EmulatorException, IOException {
    Files.createDirectories(folder.resolve("own"));
    return Emulators.of(
        store(),
        Map.of(Emulators.VARIABLE, folder.resolve("own").toString(), "PATH", folder + "/path"),
        notes::add);
  }

  private Path s390x() throws EmulatorException, IOException, InterruptedException {
    return emulators().available().stream()
        .filter(e -> e.guest().equals(S390X))
        .findFirst()
        .orElseThrow()
        .path();
  }

  @Test
  void theOwnFolderGoesBeforeTheFetchedOnesAndThoseBeforePath()
      throws IOException, EmulatorException, InterruptedException {
    Path path = file("path/qemu-s390x", good());
    assertThat(s390x()).isEqualTo(path.toRealPath());
    Path fetched = file("store/sha256-1/qemu-s390x-static", good());
    assertThat(s390x()).isEqualTo(fetched.toRealPath());
    Path own = file("own/qemu-s390x", good());
    assertThat(s390x()).isEqualTo(own.toRealPath());
    assertThat(notes).isEmpty();
  }

  @Test
  void whatIsRefusedIsPassedOverAndSaidToWhoAsksForIt()
      throws IOException, EmulatorException, InterruptedException {
    file("own/qemu-s390x", "#!/bin/sh\nexit 0\n".getBytes(StandardCharsets.UTF_8));
    Path good = file("path/qemu-s390x-static", good());

    assertThat(s390x()).isEqualTo(good.toRealPath());
    assertThat(notes).isEmpty();
    assertThat(emulators().forGuest(S390X).path()).isEqualTo(good.toRealPath());
    assertThat(notes).singleElement().asString().contains("own/qemu-s390x").contains("no ELF");
  }

  /// `emulator ls`, `path`, `run` and `exec` see the same.
  @ParameterizedTest
  @CsvSource({
    "qemu-s390x version 5.2.0, use 6.0 or newer",
    "qemu-aarch64 version 9.2.4, is the emulator of aarch64",
    "hello, does not say that it is an emulator of QEMU",
  })
  void whatASurveyRefusesIsNotUsed(String said, String reason)
      throws IOException, EmulatorException, InterruptedException {
    Path bad = file("own/qemu-s390x-static", saying(said));
    Path good = file("path/qemu-s390x", good());

    assertThat(emulators().survey())
        .filteredOn(f -> f.guest().equals(S390X) && !f.usable())
        .singleElement()
        .satisfies(f -> assertThat(f.path()).isEqualTo(bad))
        .satisfies(f -> assertThat(f.objection()).contains(reason));
    assertThat(s390x()).isEqualTo(good.toRealPath());
    assertThat(emulators().forGuest(S390X).path()).isEqualTo(good.toRealPath());
  }

  /// A folder that cannot be made keeps this test from the network.
  @Test
  void whenNothingIsUsableTheErrorNamesWhatWasRefused() throws IOException {
    Files.writeString(store(), "no folder");
    file("own/qemu-s390x-static", saying("qemu-s390x version 5.2.0"));

    assertThatThrownBy(() -> emulators().forGuest(S390X))
        .isInstanceOf(EmulatorException.class)
        .hasMessageContaining("own/qemu-s390x-static is QEMU 5.2.0")
        .hasMessageContaining("ANYARCH_HOME");
  }

  @Test
  void aFileIsAskedOnce() throws IOException, EmulatorException, InterruptedException {
    Path file = file("own/qemu-s390x", good());
    s390x();
    Path memory = memory();
    String remembered = Files.readString(memory);
    assertThat(remembered).contains("\tqemu-s390x version 9.2.4\t" + file.toRealPath() + "\n");

    Files.writeString(memory, remembered.replace("9.2.4", "9.9.9"));
    assertThat(survey().version()).isEqualTo("9.9.9");
    file("own/qemu-s390x", saying("qemu-s390x version 10.0.0"));
    assertThat(survey().version()).isEqualTo("10.0.0");
  }

  private Emulators.Finding survey() throws IOException, EmulatorException, InterruptedException {
    return emulators().survey().stream()
        .filter(f -> f.guest().equals(S390X))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\t\t\t\n\n", "1:2:3:4:5\tqemu", "\0\u00ff"})
  void aDamagedMemoryIsNoMemory(String content)
      throws IOException, EmulatorException, InterruptedException {
    file("own/qemu-s390x", good());
    Files.createDirectories(store());
    Files.write(memory(), content.getBytes(StandardCharsets.ISO_8859_1));

    assertThat(survey().version()).isEqualTo("9.2.4");
    assertThat(memory()).content().contains("9.2.4");
  }

  @Test
  void withoutAMemoryFilesAreAskedAgain()
      throws IOException, EmulatorException, InterruptedException {
    file("own/qemu-s390x", good());
    Files.writeString(store(), "no folder");

    assertThat(survey().version()).isEqualTo("9.2.4");
    assertThat(s390x()).isNotNull();
  }

  @Test
  void aFetchedFileThatIsGoneOrCutOffIsRefusedWithTheRemedy()
      throws IOException, EmulatorException, InterruptedException {
    Path file = fetched("qemu-s390x-static");
    assertThat(new FetchedPackage(file.getParent()).isIntact()).isTrue();
    Files.delete(file);
    assertThat(survey().objection()).contains("is gone").contains("anyarch emulator fetch");
    assertThat(new FetchedPackage(file.getParent()).isIntact()).isFalse();

    file("store/sha256-1/qemu-s390x-static", Arrays.copyOf(good(), 130));
    assertThat(survey().objection()).contains("shorter than");
    assertThat(new FetchedPackage(file.getParent()).isIntact()).isFalse();
    notes.clear();
    assertThat(emulators().available()).noneMatch(e -> e.guest().equals(S390X));
    assertThat(notes).singleElement().asString().contains("qemu-s390x-static");
  }

  @Test
  void aDamagedPackageIsMendedInItsPlace()
      throws IOException, EmulatorException, InterruptedException {
    Path file = fetched("qemu-s390x-static");
    Files.write(file, new byte[1]);
    Path fresh = file(".fetch-1/emulators/qemu-s390x-static", good()).getParent();
    new FetchedPackage(fresh).seal();

    new FetchedPackage(fresh).moveTo(file.getParent());

    assertThat(new FetchedPackage(file.getParent()).isIntact()).isTrue();
    assertThat(s390x()).isEqualTo(file.toRealPath());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/nonexistent", "/etc/passwd", "/usr/bin:/bin"})
  void aVariableThatNamesNoFolderIsAnError(String value) {
    assertThatThrownBy(() -> Emulators.of(store(), Map.of(Emulators.VARIABLE, value), notes::add))
        .isInstanceOf(EmulatorException.class)
        .hasMessageContaining("ANYARCH_EMULATORS names " + value);
  }

  @Test
  void aLinkIsReportedByItsOwnName() throws IOException, EmulatorException, InterruptedException {
    Files.createDirectories(folder.resolve("own"));
    Path link = Files.createSymbolicLink(folder.resolve("own/qemu-s390x"), Path.of("/dev/zero"));

    assertThat(survey().objection()).isEqualTo(link + " is not a file");
  }

  @Test
  void theReasonIsWhatAptSaidBeforeItsSummary() {
    assertThat(
            AptArchive.reason(
                """
                E: Failed to fetch http://archive.example/InRelease  Temporary failure resolving 'archive.example'
                E: Some index files failed to download. They have been ignored, or old ones used instead.
                """))
        .isEqualTo(
            "Failed to fetch http://archive.example/InRelease Temporary failure resolving 'archive.example'");
    assertThat(AptArchive.reason("something.\n\n")).isEqualTo("something");
    assertThat(AptArchive.reason("")).isEqualTo("no message");
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

  @Test
  void aSurveyListsWhatIsUsedAndWhatIsRefused()
      throws IOException, EmulatorException, InterruptedException {
    file("own/qemu-s390x", new byte[0]);
    file("path/qemu-s390x", saying("hello"));

    List<Emulators.Finding> findings =
        emulators().survey().stream()
            .filter(f -> f.guest().equals(S390X) && f.path().startsWith(folder))
            .toList();

    assertThat(findings).hasSize(2).noneMatch(Emulators.Finding::usable);
    assertThat(findings.getLast().objection()).contains("does not say");
  }
}
