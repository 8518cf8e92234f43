package org.anyarch.session;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.anyarch.elf.ElfProbe;
import org.anyarch.platform.Guest;

/// Finds out whether a guest's programs run here by starting one of a hundred bytes. Each guest is
/// tried once.
final class Trial {
  private static final int STATUS = 42;

  private final List<Path> scratch;
  private final ConcurrentMap<String, Boolean> known = new ConcurrentHashMap<>();

  /// @param scratch folders to try a program in; the first that allows writing and execution counts
  Trial(List<Path> scratch) {
    this.scratch = List.copyOf(scratch);
  }

  /// Where programs are tried, for people.
  String folders() {
    return String.join(", ", scratch.stream().map(Path::toString).toList());
  }

  /// Whether the guest is known to run: where a program cannot be tried, it is not.
  boolean runs(Guest guest) throws InterruptedException {
    Boolean answer = known.get(guest.qemu());
    if (answer == null) {
      answer = false;
      if (ElfProbe.supports(guest)) {
        for (Path folder : scratch) {
          answer = answer || runs(guest, folder);
        }
      }
      known.put(guest.qemu(), answer);
    }
    return answer;
  }

  private static boolean runs(Guest guest, Path folder) throws InterruptedException {
    // Not Files.createTempFile: its random numbers would take longer than all the rest.
    Path program = folder.resolve("probe-" + Long.toHexString(System.nanoTime()));
    try {
      Files.write(program, ElfProbe.exiting(guest, STATUS), StandardOpenOption.CREATE_NEW);
      Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
      return new ProcessBuilder(program.toString()).start().waitFor() == STATUS;
    } catch (IOException refused) {
      // Not writable, or exec failed: most likely with ENOEXEC, so nothing here runs it.
      return false;
    } finally {
      program.toFile().delete();
    }
  }
}
