package org.anyarch.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class GuestTest {
  static List<Guest> all() {
    return Guest.all();
  }

  @Test
  void thereAreAllGuestsOfLinuxUser() {
    assertThat(Guest.all()).hasSizeGreaterThanOrEqualTo(30);
    assertThat(Guest.all()).extracting(Guest::qemu).doesNotHaveDuplicates();
  }

  /// From qemu-binfmt-conf.sh of QEMU 10.
  @ParameterizedTest
  @CsvSource({
    "aarch64, 7f454c460201010000000000000000000200b700, ffffffffffffff00fffffffffffffffffeffffff",
    "arm, 7f454c4601010100000000000000000002002800, ffffffffffffff00fffffffffffffffffeffffff",
    "s390x, 7f454c4602020100000000000000000000020016, fffffffffffffffcfffffffffffffffffffeffff",
    "riscv64, 7f454c460201010000000000000000000200f300, ffffffffffffff00fffffffffffffffffeffffff",
    "ppc64le, 7f454c4602010100000000000000000002001500, fffffffffffffffcfffffffffffffffffeffff00",
    "i386, 7f454c4601010100000000000000000002000300, fffffffffffefe00fffffffffffffffffeffffff",
    "x86_64, 7f454c4602010100000000000000000002003e00, fffffffffffefe00fffffffffffffffffeffffff",
  })
  void magicAndMaskAreThoseOfQemu(String name, String magic, String mask) {
    Guest guest = Guest.named(name).orElseThrow();
    assertThat(guest.magic()).hasToString(magic);
    assertThat(guest.mask()).hasToString(mask);
  }

  @ParameterizedTest
  @MethodSource("all")
  void magicSaysTheSameAsTheColumns(Guest guest) {
    int low = guest.data() == Guest.LITTLE_ENDIAN ? 18 : 19;
    int high = guest.data() == Guest.LITTLE_ENDIAN ? 19 : 18;
    assertThat(guest.magic().toString()).startsWith("7f454c46");
    assertThat(guest.magic().at(4)).isEqualTo(guest.elfClass());
    assertThat(guest.magic().at(5)).isEqualTo(guest.data());
    assertThat(guest.magic().at(low) | guest.magic().at(high) << 8).isEqualTo(guest.machine());
    assertThat(guest.mask().length()).isEqualTo(guest.magic().length());
  }

  @ParameterizedTest
  @MethodSource("all")
  void noGuestsMagicIsAnothers(Guest guest) {
    for (Guest other : Guest.all()) {
      if (!other.equals(guest)) {
        assertThat(matches(guest, other.magic())).as("%s %s", guest, other).isFalse();
      }
    }
  }

  /// mips and mips32 in n32 differ beyond the first 20 bytes only.
  private static boolean matches(Guest guest, Bytes head) {
    for (int i = 0; i < guest.magic().length(); i++) {
      int has = i < head.length() ? head.at(i) : 0;
      if (((has ^ guest.magic().at(i)) & guest.mask().at(i)) != 0) {
        return false;
      }
    }
    return true;
  }

  @ParameterizedTest
  @MethodSource("all")
  void aGuestIsFoundByEachOfItsUnambiguousNames(Guest guest) {
    assertThat(Guest.named(guest.qemu())).contains(guest);
    guest.platform().ifPresent(p -> assertThat(Guest.named(p.toString())).contains(guest));
    if (!guest.debian().isEmpty()) {
      assertThat(Guest.named(guest.debian())).contains(guest);
    }
  }

  /// As `anyarch platforms --help` says.
  @ParameterizedTest
  @MethodSource("all")
  void aNameOfUnameMeansItsRowOrTheOneThatQemuCallsSo(Guest guest) {
    Guest found = Guest.named(guest.uname()).orElseThrow();
    assertThat(found.equals(guest) || found.qemu().equals(guest.uname())).isTrue();
  }

  @Test
  void aSiblingIsNoNativeGuest() {
    Platform amd64 = new Platform("linux", "amd64", "");
    assertThat(Guest.named("386").orElseThrow().nativeOn(amd64)).isFalse();
    assertThat(Guest.named("386").orElseThrow().isNarrowSiblingOf(amd64)).isTrue();
    assertThat(Guest.named("amd64").orElseThrow().nativeOn(amd64)).isTrue();
    assertThat(Guest.named("arm").orElseThrow().isNarrowSiblingOf(amd64)).isFalse();
  }
}
