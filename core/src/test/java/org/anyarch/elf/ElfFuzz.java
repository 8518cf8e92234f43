package org.anyarch.elf;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// Whatever the bytes are: an [ElfFile], or an [ElfException].
final class ElfFuzz {
  @FuzzTest
  void anyBytes(byte[] content) throws IOException {
    read(content);
  }

  /// Random bytes are hardly ever an ELF file; damaged ones nearly are.
  @Property
  void damagedFiles(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    ElfBytes elf = new ElfBytes(random.nextBoolean() ? "arm" : "riscv64");
    byte[] file =
        elf.interpreter("/lib/ld.so")
            .segment(4, elf.gnuNote(3, new byte[] {1, 2, 3}))
            .section(0x70000003, elf.attributes("aeabi", (byte) 6, (byte) 10))
            .bytes();
    for (int i = random.nextInt(1, 6); i > 0; i--) {
      file[random.nextInt(file.length)] = (byte) random.nextInt();
    }
    read(file);
  }

  private static void read(byte[] content) throws IOException {
    Path file = Files.createTempFile("fuzz", ".elf");
    try {
      Files.write(file, content);
      assertThat(ElfFile.read(file).elfClass()).isBetween(1, 2);
      assertThat(Libraries.of(file).needed()).doesNotContain("");
    } catch (ElfException e) {
      assertThat(e).hasMessageStartingWith(file + ": ");
    } finally {
      Files.delete(file);
    }
  }
}
