package org.anyarch.session;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
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
  private final Path scratch;
  private final ConcurrentMap<String, Boolean> known = new ConcurrentHashMap<>();

  /// @param scratch a folder on a file system that allows execution
  public NativeGuests(Platform host, Path scratch) {
    this.host = host;
    this.scratch = scratch;
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
      answer = probe(guest);
      known.put(guest.qemu(), answer);
    }
    return answer;
  }

  private boolean probe(Guest guest) throws IOException, InterruptedException {
    // Not Files.createTempFile: its random numbers would take longer than all the rest.
    Path program = scratch.resolve("probe-" + Long.toHexString(System.nanoTime()));
    try {
      Files.write(program, ElfProbe.exiting(guest, STATUS), StandardOpenOption.CREATE_NEW);
      Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
      return new ProcessBuilder(program.toString()).start().waitFor() == STATUS;
    } catch (IOException refused) {
      // exec failed: ENOEXEC, so neither the kernel nor a handler runs it.
      return false;
    } finally {
      Files.deleteIfExists(program);
    }
  }
}
