package org.anyarch.session;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.anyarch.binfmt.Entry;
import org.anyarch.binfmt.Flags;
import org.anyarch.binfmt.Instance;
import org.anyarch.binfmt.Rule;
import org.anyarch.elf.ElfProbe;
import org.anyarch.platform.Guest;

/// What an emulator shows its programs as `/proc/cpuinfo`. Newer QEMUs (since 8.1) describe the
/// guest's processor there, older ones let this machine's be seen. Programs that are not emulated
/// have to be shown the same.
public final class CpuInfo {
  public static final String PATH = "/proc/cpuinfo";

  private CpuInfo() {}

  /// The file's content in the guest, if it is another than on this machine.
  ///
  /// @param instance that has the guest's handler
  /// @param work an empty folder
  public static Optional<byte[]> of(Instance instance, Guest guest, Path work)
      throws IOException, InterruptedException {
    Optional<byte[]> program = ElfProbe.showing(guest, PATH);
    String name = Rule.forGuest(guest, Path.of("/"), Flags.POCF).name();
    if (program.isEmpty() || !Files.exists(instance.file(name))) {
      return Optional.empty();
    }
    Entry entry = Entry.parse(name, Files.readString(instance.file(name)));
    Path file = work.resolve("shows");
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    Files.write(file, program.get(), StandardOpenOption.WRITE);
    Process process =
        new ProcessBuilder(List.of(entry.interpreter(), file.toString()))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    process.getOutputStream().close();
    byte[] shown = process.getInputStream().readAllBytes();
    return process.waitFor() == 0 && shown.length > 0 && !isThisMachines(shown)
        ? Optional.of(shown)
        : Optional.empty();
  }

  /// Apart from how fast it is at the moment.
  private static boolean isThisMachines(byte[] shown) throws IOException {
    return lasting(shown).equals(lasting(Files.readAllBytes(Path.of(PATH))));
  }

  private static List<String> lasting(byte[] content) {
    return new String(content, StandardCharsets.ISO_8859_1)
        .lines()
        .filter(line -> !line.contains("MHz"))
        .toList();
  }
}
