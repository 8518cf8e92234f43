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
import org.anyarch.platform.Platform;

/// Which guests this machine's CPU and kernel run without an emulator. Its own architecture always;
/// its 32-bit sibling only where both CPU and kernel still have it, which is found out by running a
/// program of a hundred bytes.
public final class NativeGuests {
  private static final int STATUS = 42;

  private final Platform host;
  private final List<Path> scratch;
  private final ConcurrentMap<String, Boolean> known = new ConcurrentHashMap<>();

  /// @param scratch folders to try a program in; the first that allows writing and execution counts
  public NativeGuests(Platform host, List<Path> scratch) {
    this.host = host;
    this.scratch = List.copyOf(scratch);
  }

  public boolean runs(Guest guest) throws IOException, InterruptedException {
    if (guest.nativeOn(host)) {
      return true;
    }
    if (!guest.isNarrowSiblingOf(host)) {
      return false;
    }
    Boolean answer = known.get(guest.qemu());
    if (answer == null) {
      answer = false;
      for (Path folder : scratch) {
        answer = answer || probe(guest, folder);
      }
      known.put(guest.qemu(), answer);
    }
    return answer;
  }

  /// Whether it is known to run: where a program cannot be tried, an emulator is the safe choice.
  private static boolean probe(Guest guest, Path folder) throws InterruptedException {
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
