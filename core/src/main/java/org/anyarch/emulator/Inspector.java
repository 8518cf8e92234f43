package org.anyarch.emulator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.anyarch.elf.ElfException;
import org.anyarch.elf.ElfFile;
import org.anyarch.platform.Guest;
import org.anyarch.platform.Platform;

/// Judges whether a file can be registered as an emulator, from the file alone. Flag F keeps an
/// emulator open for all containers, so it must not need a loader that they lack; and one that
/// cannot start makes every foreign program fail with an error that names the program and not the
/// emulator.
final class Inspector {
  private final Guest host;

  Inspector(Platform host) throws EmulatorException {
    this.host =
        Guest.of(host)
            .orElseThrow(
                () -> new EmulatorException("no emulators are made for machines of " + host));
  }

  /// The reason not to use it, with the remedy; empty if there is none.
  Optional<String> objection(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return Optional.of(file + " is not a file");
    }
    if (!Files.isExecutable(file)) {
      return Optional.of(file + " is not executable; chmod +x it");
    }
    ElfFile elf;
    try {
      elf = ElfFile.read(file);
    } catch (ElfException e) {
      return Optional.of(e.getMessage() + "; fetch it again");
    }
    if (elf.machine() != host.machine()
        || elf.elfClass() != host.elfClass()
        || elf.data() != host.data()) {
      return Optional.of(
          file
              + " is a program for another machine (e_machine "
              + elf.machine()
              + "), this one is "
              + host.uname()
              + "; get the emulator for this machine");
    }
    if (!elf.complete()) {
      return Optional.of(file + " is shorter than its headers say; fetch it again");
    }
    if (elf.upxPacked()) {
      return Optional.of(
          file
              + " is packed with UPX, which the kernel cannot hold open for containers; unpack it with upx -d");
    }
    if (!elf.isStatic()) {
      return Optional.of(
          file
              + " is linked dynamically (needs "
              + elf.interpreter().orElse("a loader")
              + "), which containers lack; use a static one: anyarch emulator fetch");
    }
    return Optional.empty();
  }
}
