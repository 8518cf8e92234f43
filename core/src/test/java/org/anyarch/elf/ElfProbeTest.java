package org.anyarch.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import org.anyarch.platform.Guest;
import org.anyarch.platform.Platform;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What can be known of the probes without an emulator; the tests in `it` run them.
final class ElfProbeTest {
  @TempDir private Path folder;

  static List<Guest> guests() {
    return Guest.all();
  }

  @ParameterizedTest
  @MethodSource("guests")
  void everyGuestHasASmallStaticProbeThatItsMagicMatches(Guest guest)
      throws IOException, ElfException {
    byte[] program = ElfProbe.exiting(guest, 42);

    assertThat(ElfProbe.supports(guest)).isTrue();
    assertThat(program).hasSizeBetween(90, 160);
    ElfFile file = ElfFile.read(Files.write(folder.resolve("probe"), program));
    assertThat(file.machine()).isEqualTo(guest.machine());
    assertThat(file.elfClass()).isEqualTo(guest.elfClass());
    assertThat(file.data()).isEqualTo(guest.data());
    assertThat(file.isStatic()).isTrue();
    assertThat(file.complete()).isTrue();
    for (int i = 0; i < guest.magic().length(); i++) {
      assertThat(program[i] & guest.mask().at(i))
          .as("byte %d", i)
          .isEqualTo(guest.magic().at(i) & guest.mask().at(i));
    }
  }

  /// The status stands in one instruction, so that all other bytes are the same.
  @ParameterizedTest
  @MethodSource("guests")
  void theStatusChangesTheCodeAlone(Guest guest) {
    byte[] zero = ElfProbe.exiting(guest, 0);
    byte[] most = ElfProbe.exiting(guest, 127);

    int headers = guest.elfClass() == 2 ? 64 + 56 : 52 + 32;
    int first = Arrays.mismatch(zero, most);
    assertThat(first).isGreaterThanOrEqualTo(headers);
    assertThat(most).hasSameSizeAs(zero);
    int bits = 0;
    for (int i = first; i < zero.length; i++) {
      bits += Integer.bitCount((zero[i] ^ most[i]) & 0xff);
    }
    assertThat(bits).isEqualTo(7);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 128, 256})
  void aStatusThatAProcessCannotHaveIsRefused(int status) {
    Guest guest = Guest.all().getFirst();

    assertThatThrownBy(() -> ElfProbe.exiting(guest, status))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theHostsOwnProbeRunsAsItIs() throws IOException, InterruptedException {
    Guest host = Guest.of(Platform.host()).orElseThrow();
    Path program = Files.write(folder.resolve("probe"), ElfProbe.exiting(host, 42));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));

    assertThat(new ProcessBuilder(program.toString()).start().waitFor()).isEqualTo(42);
  }

  @Test
  void onlyWhereEmulatorsHaveFilesOfTheirOwnAreTheyShown() {
    assertThat(Guest.all().stream().filter(g -> ElfProbe.showing(g, "/x").isPresent()))
        .extracting(Guest::qemu)
        .containsExactlyInAnyOrder("aarch64", "arm", "riscv64", "s390x");
  }

  @Test
  void aProbePrintsItsText() throws IOException, InterruptedException {
    Guest host = Guest.of(Platform.host()).orElseThrow();
    Path program = Files.write(folder.resolve("probe"), ElfProbe.printing(host, "a text\n"));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));

    Process process = new ProcessBuilder(program.toString()).start();

    assertThat(process.getInputStream().readAllBytes()).asString().isEqualTo("a text\n");
    assertThat(process.waitFor()).isZero();
  }
}
