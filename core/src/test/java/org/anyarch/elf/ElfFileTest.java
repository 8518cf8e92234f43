package org.anyarch.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.anyarch.platform.Guest;
import org.anyarch.platform.Platform;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ElfFileTest {
  private static final int PT_LOAD = 1;
  private static final int PT_DYNAMIC = 2;
  private static final int PT_INTERP = 3;
  private static final int PT_NOTE = 4;
  private static final int ATTRIBUTES = 0x70000003;

  @TempDir private Path folder;

  private ElfFile read(byte[] content) throws IOException, ElfException {
    return ElfFile.read(Files.write(folder.resolve("file"), content));
  }

  static List<Guest> guests() {
    return Guest.all();
  }

  @ParameterizedTest
  @MethodSource("guests")
  void headersOfEveryGuestAreRead(Guest guest) throws IOException, ElfException {
    ElfFile file =
        read(
            new ElfBytes(guest.qemu())
                .interpreter("/lib/ld.so")
                .segment(PT_DYNAMIC, new byte[16])
                .flags(0x12345678)
                .bytes());

    assertThat(file.machine()).isEqualTo(guest.machine());
    assertThat(file.elfClass()).isEqualTo(guest.elfClass());
    assertThat(file.data()).isEqualTo(guest.data());
    assertThat(file.flags()).isEqualTo(0x12345678);
    assertThat(file.interpreter()).hasValue("/lib/ld.so");
    assertThat(file.dynamic()).isTrue();
    assertThat(file.isStatic()).isFalse();
    assertThat(file.complete()).isTrue();
  }

  @Test
  void aProgramWithoutALoaderIsStatic() throws IOException, ElfException {
    assertThat(read(new ElfBytes("arm64").segment(PT_LOAD, new byte[8]).bytes()).isStatic())
        .isTrue();
  }

  @Test
  void theLibrariesOfAProgramAreThoseItWasLinkedWith() throws IOException, ElfException {
    Libraries java = Libraries.of(Path.of(System.getProperty("java.home"), "bin", "java"));
    assertThat(java.needed()).contains("libjli.so", "libc.so.6");
    assertThat(java.searched()).isTrue();
    assertThat(Libraries.of(Path.of(System.getProperty("java.home"), "lib", "libjimage.so")))
        .matches(libraries -> libraries.needed().contains("libc.so.6"));
  }

  @Test
  void theJvmsOwnLauncherIsUnderstood() throws IOException, ElfException {
    Guest host = Guest.of(Platform.host()).orElseThrow();
    ElfFile java = ElfFile.read(Path.of(System.getProperty("java.home"), "bin", "java"));

    assertThat(java.machine()).isEqualTo(host.machine());
    assertThat(java.interpreter()).isPresent();
    assertThat(java.complete()).isTrue();
    assertThat(java.upxPacked()).isFalse();
  }

  @Test
  void theBuildIdIsFoundBehindOtherNotes() throws IOException, ElfException {
    for (String guest : List.of("amd64", "s390x", "arm", "ppc")) {
      ElfBytes elf = new ElfBytes(guest);
      byte[] other = elf.gnuNote(1, new byte[] {1, 2, 3, 4, 5});
      byte[] id = elf.gnuNote(3, new byte[] {(byte) 0xab, (byte) 0xcd, 1});
      byte[] both = Arrays.copyOf(other, other.length + id.length);
      System.arraycopy(id, 0, both, other.length, id.length);

      assertThat(read(elf.segment(PT_NOTE, both).bytes()).buildId()).as(guest).hasValue("abcd01");
    }
  }

  @ParameterizedTest
  @CsvSource({"1, v1", "3, v2", "7, v3", "15, v4", "4, v3"})
  void theLevelOfX86IsInAProperty(int levels, String variant) throws IOException, ElfException {
    ElfBytes elf = new ElfBytes("amd64");
    ByteBuffer properties = ByteBuffer.allocate(32).order(elf.order());
    properties.putInt(0xc0000002).putInt(4).putLong(3);
    properties.putInt(0xc0008002).putInt(4).putLong(levels);

    assertThat(read(elf.segment(PT_NOTE, elf.gnuNote(5, properties.array())).bytes()).cpu())
        .hasValue(variant);
  }

  @ParameterizedTest
  @CsvSource({"4, v5", "6, v6", "7, v6", "10, v7", "14, v8", "22, v9"})
  void theArchitectureOfArmIsInItsAttributes(byte architecture, String variant)
      throws IOException, ElfException {
    ElfBytes elf = new ElfBytes("arm");
    byte[] attributes =
        elf.attributes("aeabi", (byte) 5, (byte) 'x', (byte) 0, (byte) 6, architecture);

    assertThat(read(elf.section(ATTRIBUTES, attributes).bytes()).cpu()).hasValue(variant);
  }

  @ParameterizedTest
  @ValueSource(bytes = {11, 12, 13, 17, 99})
  void microcontrollersAreNoVariantOfLinux(byte architecture) throws IOException, ElfException {
    ElfBytes elf = new ElfBytes("arm");

    assertThat(
            read(elf.section(ATTRIBUTES, elf.attributes("aeabi", (byte) 6, architecture)).bytes())
                .cpu())
        .isEmpty();
  }

  @Test
  void theIsaOfRiscvIsInItsAttributes() throws IOException, ElfException {
    ElfBytes elf = new ElfBytes("riscv64");
    byte[] isa = "\4\20\5rv64i2p1_m2p0_c2p0\0".getBytes(StandardCharsets.ISO_8859_1);

    assertThat(read(elf.section(ATTRIBUTES, elf.attributes("riscv", isa)).bytes()).cpu())
        .hasValue("rv64i2p1_m2p0_c2p0");
  }

  @Test
  void theArchitectureOfMipsIsInItsFlags() throws IOException, ElfException {
    assertThat(read(new ElfBytes("mipsel").flags(0x70001007).bytes()).cpu()).hasValue("mips32r2");
    assertThat(read(new ElfBytes("mips64el").flags(0xf0000000).bytes()).cpu()).isEmpty();
  }

  @Test
  void attributesThatLieSayNothing() throws IOException, ElfException {
    for (String guest : List.of("arm", "riscv64")) {
      ElfBytes good = new ElfBytes(guest);
      byte[] attributes =
          good.attributes(guest.equals("arm") ? "aeabi" : "riscv", (byte) 8, (byte) 1);
      for (int at = 1; at < 5; at++) {
        byte[] bad = attributes.clone();
        bad[at] = (byte) 0xff;
        assertThat(read(new ElfBytes(guest).section(ATTRIBUTES, bad).bytes()).cpu()).isEmpty();
      }
      for (int length = 0; length < attributes.length; length++) {
        byte[] cut = Arrays.copyOf(attributes, length);
        assertThat(read(new ElfBytes(guest).section(ATTRIBUTES, cut).bytes()).cpu()).isEmpty();
      }
    }
  }

  @Test
  void whatIsNoElfFileIsRefusedByItsPath() {
    for (byte[] content :
        List.of(
            new byte[0],
            new byte[] {0x7f, 'E', 'L', 'F'},
            "#!/bin/sh\n# and more text\n".getBytes(StandardCharsets.UTF_8),
            new byte[64])) {
      assertThatThrownBy(() -> read(content))
          .isInstanceOf(ElfException.class)
          .hasMessageContaining(folder.resolve("file") + ": no ELF file");
    }
  }

  @Test
  void undefinedClassesAreRefused() {
    byte[] file = new ElfBytes("amd64").bytes();
    file[4] = 3;
    assertThatThrownBy(() -> read(file)).hasMessageContaining("ELF class 3");
  }

  @Test
  void aSegmentBehindTheEndMakesItIncomplete() throws IOException, ElfException {
    byte[] file = new ElfBytes("amd64").segment(PT_LOAD, new byte[100]).bytes();

    assertThat(read(file).complete()).isTrue();
    assertThat(read(Arrays.copyOf(file, file.length - 1)).complete()).isFalse();
  }

  @Test
  void aLoadersNameIsBounded() {
    assertThatThrownBy(() -> read(new ElfBytes("amd64").segment(PT_INTERP, new byte[5000]).bytes()))
        .hasMessageContaining("5000 bytes");
  }

  @Test
  void theMarkOfUpxIsSeenOnlyWithoutSections() throws IOException, ElfException {
    byte[] mark = "UPX!".getBytes(StandardCharsets.US_ASCII);
    assertThat(read(new ElfBytes("amd64").segment(PT_LOAD, mark).bytes()).upxPacked()).isTrue();
    assertThat(read(new ElfBytes("amd64").section(1, mark).bytes()).upxPacked()).isFalse();
  }
}
