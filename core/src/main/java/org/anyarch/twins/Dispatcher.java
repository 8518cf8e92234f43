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
import org.anyarch.elf.Graft;
import org.anyarch.oci.Digest;

/// Puts the dispatcher into emulators: their copies have one more segment, in which they begin. The
/// segment takes the place of a note in the program headers, so that nothing else moves.
public final class Dispatcher {
  private static final byte[] MARK = {'a', 'n', 'y', 'a', 'r', 'c', 'h', 1};

  /// Where in the segment the emulator's entry point stands, and where ours is (dispatch.c).
  private static final int ENTRY_FIELD = 8;

  private static final int ENTRY = 64;

  /// e_entry in an ELF header of 64 bit.
  private static final int E_ENTRY = 24;

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
    Room.require(folder);
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

  /// The emulator's file with the segment.
  Optional<byte[]> merged(byte[] emulator) {
    return Graft.of(emulator)
        .map(
            graft -> {
              long entry =
                  ByteBuffer.wrap(emulator).order(ByteOrder.LITTLE_ENDIAN).getLong(E_ENTRY);
              ByteBuffer ours = ByteBuffer.wrap(segment.clone()).order(ByteOrder.LITTLE_ENDIAN);
              ours.putLong(ENTRY_FIELD, entry - graft.address());
              byte[] merged = graft.with(ours.array(), Graft.READ_AND_EXECUTE);
              ByteBuffer.wrap(merged)
                  .order(ByteOrder.LITTLE_ENDIAN)
                  .putLong(E_ENTRY, graft.address() + ENTRY);
              return merged;
            });
  }
}
