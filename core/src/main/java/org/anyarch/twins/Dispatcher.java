package org.anyarch.twins;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import org.anyarch.oci.Digest;

/// Puts the dispatcher into emulators: their copies have one more segment, in which they begin. The
/// segment takes the place of a note in the program headers, so that nothing else moves.
public final class Dispatcher {
  private static final byte[] MARK = {'a', 'n', 'y', 'a', 'r', 'c', 'h', 1};

  /// Where in the segment the emulator's entry point stands, and where ours is (dispatch.c).
  private static final int ENTRY_FIELD = 8;

  private static final int ENTRY = 64;

  // <elf.h>, 64 bit
  private static final int EHDR_SIZE = 64;
  private static final int E_ENTRY = 24;
  private static final int E_PHOFF = 32;
  private static final int E_PHENTSIZE = 54;
  private static final int E_PHNUM = 56;
  private static final int PHDR_SIZE = 56;
  private static final int PT_LOAD = 1;
  private static final int PT_NOTE = 4;
  private static final int READ_AND_EXECUTE = 5;

  /// The largest page of any host.
  private static final int PAGE = 64 << 10;

  /// Nobody is between making a copy and registering it for so long.
  private static final Duration OLD = Duration.ofDays(1);

  private final byte[] segment;
  private final Path folder;

  private Dispatcher(byte[] segment, Path folder) {
    this.segment = segment;
    this.folder = folder;
  }

  /// @param segment the file with the segment
  /// @param folder where the copies are kept
  public static Dispatcher of(Path segment, Path folder) throws IOException {
    byte[] bytes = Files.readAllBytes(segment);
    if (bytes.length <= ENTRY || !Arrays.equals(bytes, 0, MARK.length, MARK, 0, MARK.length)) {
      throw new IOException(segment + " is not the dispatcher; install anyarch again");
    }
    return new Dispatcher(bytes, folder);
  }

  /// A copy of the emulator that begins in the dispatcher; empty for one that is built in a way
  /// that leaves no place for it. It is made once for each state of the emulator's file.
  public Optional<Path> into(Path emulator) throws IOException {
    String identity = FileState.of(emulator.toRealPath()) + Digest.ofSha256(segment).toString();
    String name =
        emulator.getFileName()
            + "-"
            + Digest.ofSha256(identity.getBytes(StandardCharsets.UTF_8)).hex().substring(0, 16);
    Path copy = folder.resolve(name);
    if (Files.exists(copy)) {
      return Optional.of(copy);
    }
    Optional<byte[]> merged = merged(Files.readAllBytes(emulator));
    if (merged.isEmpty()) {
      return Optional.empty();
    }
    Files.createDirectories(folder);
    removeOld(emulator.getFileName() + "-");
    Path fresh = folder.resolve("." + name + "-" + UUID.randomUUID());
    try {
      Files.write(fresh, merged.get());
      Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
      Files.move(fresh, copy, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(fresh);
    }
    return Optional.of(copy);
  }

  /// Copies of emulators that have been replaced. Whoever runs one has it open.
  private void removeOld(String prefix) throws IOException {
    Instant old = Instant.now().minus(OLD);
    try (DirectoryStream<Path> copies = Files.newDirectoryStream(folder, prefix + "*")) {
      for (Path copy : copies) {
        if (Files.getLastModifiedTime(copy).toInstant().isBefore(old)) {
          Files.deleteIfExists(copy);
        }
      }
    }
  }

  /// The emulator's file with the segment behind its last byte.
  Optional<byte[]> merged(byte[] emulator) {
    ByteBuffer elf = ByteBuffer.wrap(emulator).order(ByteOrder.LITTLE_ENDIAN);
    if (emulator.length < EHDR_SIZE
        || elf.getInt(0) != 0x464c457f
        || elf.get(4) != 2
        || elf.get(5) != 1
        || elf.getShort(E_PHENTSIZE) != PHDR_SIZE) {
      return Optional.empty();
    }
    long table = elf.getLong(E_PHOFF);
    int count = Short.toUnsignedInt(elf.getShort(E_PHNUM));
    if (table < 0 || table > emulator.length - (long) count * PHDR_SIZE) {
      return Optional.empty();
    }
    int note = -1;
    long top = 0;
    for (int at = (int) table; at < table + (long) count * PHDR_SIZE; at += PHDR_SIZE) {
      if (elf.getInt(at) == PT_NOTE) {
        note = at;
      } else if (elf.getInt(at) == PT_LOAD) {
        top = Math.max(top, elf.getLong(at + 16) + elf.getLong(at + 40));
      }
    }
    if (note < 0 || top <= 0) {
      return Optional.empty();
    }
    long address = aligned(top);
    int offset = (int) aligned(emulator.length);
    ByteBuffer merged =
        ByteBuffer.wrap(Arrays.copyOf(emulator, offset + segment.length))
            .order(ByteOrder.LITTLE_ENDIAN);
    merged.put(offset, segment);
    merged.putLong(offset + ENTRY_FIELD, elf.getLong(E_ENTRY) - address);
    merged.putLong(E_ENTRY, address + ENTRY);
    merged.putInt(note, PT_LOAD).putInt(note + 4, READ_AND_EXECUTE).putLong(note + 8, offset);
    merged.putLong(note + 16, address).putLong(note + 24, address);
    merged.putLong(note + 32, segment.length).putLong(note + 40, segment.length);
    merged.putLong(note + 48, PAGE);
    return Optional.of(merged.array());
  }

  private static long aligned(long number) {
    return (number + PAGE - 1) / PAGE * PAGE;
  }
}
