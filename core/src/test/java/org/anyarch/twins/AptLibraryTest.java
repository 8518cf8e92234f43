package org.anyarch.twins;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.anyarch.elf.ElfImage;
import org.anyarch.elf.Symbol;
import org.junit.jupiter.api.Test;

/// What goes into the library; that apt works with it is tried with the real one.
final class AptLibraryTest {
  private static final String SETTINGS = "_Z13pkgInitConfigR13Configuration";
  private static final String SET =
      "_ZN13Configuration6CndSetEPKcRKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE";

  private static final String HEADER = "_ZN8pkgCache6HeaderC1Ev";

  private static ProgramBytes library() {
    return new ProgramBytes()
        .function("main", 1024)
        .function(SETTINGS, 768)
        .function(SET, 512)
        .function(HEADER, 256);
  }

  private static long jump(byte[] file, String function, int at) {
    ElfImage image = ElfImage.of(file).orElseThrow();
    long address = Symbol.find(image, function).orElseThrow().value();
    assertThat(address).isGreaterThan(ProgramBytes.BASE + 0x4000);
    int code = image.offset(address, at + 5L).orElseThrow();
    assertThat(image.bytes().get(code + at)).isEqualTo((byte) 0xe9);
    return address + at + 5 + image.bytes().getInt(code + at + 1);
  }

  @Test
  void functionsAreOthersThatGoOnWithThem() {
    byte[] library = library().bytes();
    ElfImage before = ElfImage.of(library).orElseThrow();

    byte[] told = AptLibrary.of(library, "amd64", "ppc64el").orElseThrow();

    assertThat(jump(told, SETTINGS, 46))
        .isEqualTo(Symbol.find(before, SETTINGS).orElseThrow().value());
    assertThat(jump(told, HEADER, 13)).isEqualTo(Symbol.find(before, HEADER).orElseThrow().value());
    assertThat(Symbol.find(ElfImage.of(told).orElseThrow(), SET))
        .isEqualTo(Symbol.find(before, SET));
    assertThat(new String(told, StandardCharsets.ISO_8859_1))
        .endsWith("APT::Architecture\0ppc64el\0");
  }

  @Test
  void inDoubtThereIsNone() {
    assertThat(AptLibrary.of(library().bytes(), "amd64", "arm64")).isPresent();
    assertThat(AptLibrary.of(library().code("amd64").bytes(), "amd64", "arm64")).isEmpty();
    assertThat(
            AptLibrary.of(
                new ProgramBytes().function(SETTINGS, 512).function(SET, 256).bytes(),
                "amd64",
                "arm64"))
        .isEmpty();
    assertThat(
            AptLibrary.of(
                new ProgramBytes(183)
                    .function(SETTINGS, 768)
                    .function(SET, 512)
                    .function(HEADER, 256)
                    .bytes(),
                "amd64",
                "arm64"))
        .isEmpty();
  }

  @Property(tries = 2000)
  void damagedLibrariesDoNoHarm(@ForAll long seed) {
    byte[] library = library().damaged(new Random(seed));

    AptLibrary.of(library, "amd64", "arm64")
        .ifPresent(told -> assertThat(told).hasSizeGreaterThan(library.length));
  }
}
