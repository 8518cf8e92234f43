package org.anyarch.twins;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.anyarch.platform.Guest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PerlTest {
  private static final Guest OWN = Guest.named("amd64").orElseThrow();
  private static final Guest GUEST = Guest.named("arm64").orElseThrow();

  @Test
  void aModuleLiesInTheFolderOfItsArchitecture() {
    for (String folder : new String[] {"perl-base", "perl/5.40", "perl5/5.40"}) {
      String path = "/usr/lib/aarch64-linux-gnu/" + folder + "/auto/X/X.so";
      assertThat(Perl.isModule(path, GUEST)).isTrue();
      assertThat(Perl.isModule(path, OWN)).isFalse();
      assertThat(Perl.moduleFor(OWN, GUEST, path))
          .isEqualTo("/usr/lib/x86_64-linux-gnu/" + folder + "/auto/X/X.so");
    }
    assertThat(Perl.isModule("/usr/lib/aarch64-linux-gnu/auto/X.so", GUEST)).isFalse();
  }

  /// Errno.pm and Config.pm are the guest's, what the kernel says is this machine's.
  @ParameterizedTest
  @ValueSource(strings = {"mips64el", "ppc64el", "s390x", "armhf", "i386", "ppc64"})
  void guestsWithOtherNumbersHaveNone(String guest) {
    assertThat(Stream.of(guest).flatMap(name -> Guest.named(name).stream()))
        .noneMatch(Perl::canServe);
  }

  @Test
  void thoseWithTheKernelsCommonOnesHave() {
    assertThat(Perl.canServe(GUEST)).isTrue();
    assertThat(Guest.named("riscv64").map(Perl::canServe)).contains(true);
  }
}
