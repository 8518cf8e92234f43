package org.anyarch.twins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Where the segment gets to; that emulators with it work is tried with real ones.
final class DispatcherTest {
  private static final int LOAD = 64;
  private static final int NOTE = LOAD + 56;

  @TempDir Path folder;
  private Dispatcher dispatcher;
  private byte[] segment;

  @BeforeEach
  void makeSegment() throws IOException {
    segment = new byte[200];
    Arrays.fill(segment, (byte) 0x90);
    System.arraycopy(
        "anyarch\1".getBytes(java.nio.charset.StandardCharsets.US_ASCII), 0, segment, 0, 8);
    dispatcher =
        Dispatcher.of(Files.write(folder.resolve("segment"), segment), folder.resolve("copies"));
  }

  /// A file that is mapped to 0x1000 as a whole, begins at 0x1234 and has a note.
  private static byte[] emulator() {
    ByteBuffer elf = ByteBuffer.allocate(5000).order(ByteOrder.LITTLE_ENDIAN);
    elf.putInt(0, 0x464c457f).put(4, (byte) 2).put(5, (byte) 1);
    elf.putLong(24, 0x1234).putLong(32, LOAD).putShort(54, (short) 56).putShort(56, (short) 2);
    elf.putInt(LOAD, 1).putLong(LOAD + 16, 0x1000).putLong(LOAD + 32, 5000);
    elf.putLong(LOAD + 40, 0x20000);
    elf.putInt(NOTE, 4).putLong(NOTE + 8, 300).putLong(NOTE + 16, 0x1300).putLong(NOTE + 32, 32);
    return elf.array();
  }

  @Test
  void theSegmentIsMappedBehindAllOthersAndKnowsTheWayBack() {
    byte[] merged = dispatcher.merged(emulator()).orElseThrow();
    ByteBuffer elf = ByteBuffer.wrap(merged).order(ByteOrder.LITTLE_ENDIAN);

    long address = elf.getLong(NOTE + 16);
    int offset = (int) elf.getLong(NOTE + 8);
    assertThat(elf.getInt(NOTE)).isEqualTo(1);
    assertThat(address).isGreaterThanOrEqualTo(0x21000).isEqualTo(elf.getLong(NOTE + 24));
    assertThat(offset).isGreaterThanOrEqualTo(5000).matches(at -> at % 65536 == 0);
    assertThat(address % 65536).isZero();
    assertThat(elf.getLong(24)).isEqualTo(address + 64);
    assertThat(address + elf.getLong(offset + 8)).isEqualTo(0x1234);
    assertThat(Arrays.copyOfRange(merged, offset + 16, merged.length))
        .isEqualTo(Arrays.copyOfRange(segment, 16, segment.length));
    assertThat(Arrays.copyOfRange(merged, NOTE + 56, 5000))
        .isEqualTo(Arrays.copyOfRange(emulator(), NOTE + 56, 5000));
  }

  @Test
  void whereThereIsNoPlaceNothingIsPut() {
    byte[] noNote = emulator();
    noNote[NOTE] = 6;
    byte[] narrow = emulator();
    narrow[4] = 1;

    assertThat(dispatcher.merged(noNote)).isEmpty();
    assertThat(dispatcher.merged(narrow)).isEmpty();
    assertThat(dispatcher.merged(new byte[10])).isEmpty();
  }

  @Test
  void damagedFilesDoNoHarm() {
    Random random = new Random(1);
    for (int round = 0; round < 20_000; round++) {
      byte[] damaged = emulator();
      for (int i = 0; i < 3; i++) {
        damaged[6 + random.nextInt(NOTE + 56 - 6)] = (byte) random.nextInt();
      }
      dispatcher.merged(damaged).ifPresent(m -> assertThat(m).hasSizeGreaterThan(5000));
    }
  }

  @Test
  void aCopyIsMadeOnceForEachStateOfTheFile() throws IOException {
    Path emulator = Files.write(folder.resolve("qemu"), emulator());

    Path first = dispatcher.into(emulator).orElseThrow();
    Files.setLastModifiedTime(first, java.nio.file.attribute.FileTime.fromMillis(0));
    assertThat(dispatcher.into(emulator)).hasValue(first);
    assertThat(Files.getLastModifiedTime(first).toMillis()).isZero();
    assertThat(Files.isExecutable(first)).isTrue();
    byte[] other = emulator();
    other[4000] = 1;
    Files.write(emulator, other);
    assertThat(dispatcher.into(emulator).orElseThrow()).isNotEqualTo(first);
  }

  @Test
  void anotherFileIsNoDispatcher() throws IOException {
    Path other = Files.write(folder.resolve("other"), new byte[100]);
    assertThatThrownBy(() -> Dispatcher.of(other, folder)).hasMessageContaining("other");
  }
}
