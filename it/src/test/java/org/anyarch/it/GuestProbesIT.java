package org.anyarch.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.anyarch.elf.ElfProbe;
import org.anyarch.platform.Guest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The probe of every guest, run for real.
final class GuestProbesIT {
  private final Path folder = Machine.root().folder();

  static List<Guest> guests() {
    return Guest.all();
  }

  private Path probe(Guest guest, int status) throws IOException {
    Path program = folder.resolve(guest.qemu() + "-" + status);
    Files.write(program, ElfProbe.exiting(guest, status));
    Processes.must(folder, "chmod", "755", program.toString());
    return program;
  }

  @ParameterizedTest
  @MethodSource("guests")
  void theEmulatorRunsItAndItExitsAsItWasMadeTo(Guest guest)
      throws IOException, InterruptedException {
    String emulator = Machine.emulators().resolve("qemu-" + guest.qemu() + "-static").toString();

    for (int status : List.of(0, 1, 42, 127)) {
      Outcome outcome =
          Processes.run(folder, Map.of(), "", List.of(emulator, probe(guest, status).toString()));
      assertThat(outcome).isEqualTo(new Outcome(status, "", ""));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"aarch64", "arm", "riscv64", "s390x"})
  void whereTheEmulatorMayHaveAFileOfItsOwnAProbeShowsIt(String qemu)
      throws IOException, InterruptedException {
    Path shown = Files.writeString(folder.resolve("shown-" + qemu), "a text\n".repeat(1000));
    Path program = folder.resolve("shows-" + qemu);
    Files.write(
        program, ElfProbe.showing(Guest.named(qemu).orElseThrow(), shown.toString()).orElseThrow());
    Processes.must(folder, "chmod", "755", program.toString());
    String emulator = Machine.emulators().resolve("qemu-" + qemu + "-static").toString();

    assertThat(Processes.run(folder, Map.of(), "", List.of(emulator, program.toString())))
        .isEqualTo(new Outcome(0, Files.readString(shown), ""));
  }

  @Test
  void inAPrivateSessionItRunsByItself() throws IOException, InterruptedException {
    Actor user = Machine.user();
    Path program = probe(Guest.named("sparc64").orElseThrow(), 42);
    Processes.must(folder, "cp", program.toString(), user.folder() + "/program");

    assertThat(user.anyarch("exec", "--", "./program")).isEqualTo(new Outcome(42, "", ""));
  }
}
