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

  Guest host() {
    return host;
  }

  /// What was found out about a file.
  ///
  /// @param elf what it says of itself, if it is an ELF file
  /// @param objection the reason not to use it, with the remedy; empty if there is none
  record Verdict(Optional<ElfFile> elf, Optional<String> objection) {
    static Verdict refused(String objection) {
      return new Verdict(Optional.empty(), Optional.of(objection));
    }
  }

  Verdict inspect(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return Verdict.refused(file + " is not a file");
    }
    if (!Files.isExecutable(file)) {
      return Verdict.refused(file + " is not executable; chmod +x it");
    }
    if (!Files.isReadable(file)) {
      return Verdict.refused(file + " cannot be read, so not inspected; chmod +r it");
    }
    try {
      ElfFile elf = ElfFile.read(file);
      return new Verdict(Optional.of(elf), objection(file, elf));
    } catch (ElfException e) {
      return Verdict.refused(e.getMessage() + "; fetch it again");
    }
  }

  private Optional<String> objection(Path file, ElfFile elf) {
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
