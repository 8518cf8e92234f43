package org.anyarch.twins;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.anyarch.elf.ElfImage;
import org.anyarch.elf.Symbol;
import org.junit.jupiter.api.Test;

/// What goes into the library; that programs work with it is tried with the real one.
final class CLibraryTest {
  private static ProgramBytes library() {
    return new ProgramBytes().function("main", 1024).function("uname", 512);
  }

  @Test
  void itsFunctionIsAnotherThatLeavesFailuresToIt() {
    byte[] library = library().bytes();
    long own = Symbol.find(ElfImage.of(library).orElseThrow(), "uname").orElseThrow().value();

    byte[] named = CLibrary.of(library, "riscv64").orElseThrow();

    ElfImage image = ElfImage.of(named).orElseThrow();
    long address = Symbol.find(image, "uname").orElseThrow().value();
    assertThat(address).isGreaterThan(ProgramBytes.BASE + 0x4000);
    int code = image.offset(address, 40 + 65L).orElseThrow();
    // jne
    assertThat(image.bytes().getShort(code + 9)).isEqualTo((short) 0x850f);
    assertThat(address + 15 + image.bytes().getInt(code + 11)).isEqualTo(own);
    // lea rsi
    assertThat(15 + 7 + image.bytes().getInt(code + 18)).isEqualTo(40);
    assertThat(new String(named, code + 40, 65, StandardCharsets.ISO_8859_1))
        .isEqualTo("riscv64" + "\0".repeat(58));
  }

  @Test
  void inDoubtThereIsNone() {
    assertThat(CLibrary.of(library().bytes(), "aarch64")).isPresent();
    assertThat(CLibrary.of(new ProgramBytes().function("main", 512).bytes(), "aarch64")).isEmpty();
    assertThat(CLibrary.of(new ProgramBytes(183).function("uname", 512).bytes(), "aarch64"))
        .isEmpty();
  }

  @Property(tries = 2000)
  void damagedLibrariesDoNoHarm(@ForAll long seed) {
    byte[] library = library().damaged(new Random(seed));

    CLibrary.of(library, "aarch64")
        .ifPresent(named -> assertThat(named).hasSizeGreaterThan(library.length));
  }
}
