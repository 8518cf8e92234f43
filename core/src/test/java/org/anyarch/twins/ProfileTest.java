package org.anyarch.twins;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.anyarch.platform.Guest;
import org.anyarch.twins.Profile.Entry;
import org.junit.jupiter.api.Test;

final class ProfileTest {
  @Test
  void aWordWithAColonSaysHowThoseBehindItKnowTheirArchitecture() {
    assertThat(
            Profile.parse(
                    """
                    # nothing
                    dash   dash
                    dpkg   dpkg-deb /sbin/x disguised: dpkg dpkg-query  # both
                    apt    told: apt-get
                    cpp-{triplet} cross: /usr/{triplet}/cc1
                    """)
                .of(Guest.named("aarch64").orElseThrow(), Mode.EXACT)
                .entries())
        .containsExactly(
            new Entry("dash", Optional.empty(), Identity.Kind.PLAIN, List.of("dash")),
            new Entry(
                "dpkg", Optional.empty(), Identity.Kind.PLAIN, List.of("dpkg-deb", "/sbin/x")),
            new Entry(
                "dpkg", Optional.empty(), Identity.Kind.DISGUISED, List.of("dpkg", "dpkg-query")),
            new Entry("apt", Optional.empty(), Identity.Kind.TOLD, List.of("apt-get")),
            new Entry(
                "cpp-aarch64-linux-gnu",
                Optional.empty(),
                Identity.Kind.CROSS,
                List.of("/usr/aarch64-linux-gnu/cc1")));
  }

  private static final Profile COMPILERS =
      Profile.parse(
          """
          dash   dash
          gcc-12 compatible:gcc-12-{triplet} driver: {triplet}-gcc-12 plugin: /lib/{triplet}/p.so
          gcc-14-{triplet} driver: {triplet}-gcc-14
          """);

  private static final Guest GUEST = Guest.named("x86_64").orElseThrow();

  @Test
  void whatIsCompatibleOnlyIsThereInThatMode() {
    assertThat(COMPILERS.of(GUEST, Mode.EXACT).entries())
        .extracting(Entry::name)
        .containsExactly("dash", "gcc-14-x86-64-linux-gnu");

    Profile all = COMPILERS.of(GUEST, Mode.COMPATIBLE);

    assertThat(all.entries())
        .contains(
            new Entry(
                "gcc-12",
                Optional.of("gcc-12-x86-64-linux-gnu"),
                Identity.Kind.PLUGIN,
                List.of("/lib/x86_64-linux-gnu/p.so")));
    assertThat(all.isSubstituted("/usr/bin/x86_64-linux-gnu-gcc-12")).isTrue();
    assertThat(all.isSubstituted("/lib/x86_64-linux-gnu/p.so")).isTrue();
    assertThat(all.isSubstituted("/usr/bin/x86_64-linux-gnu-gcc-14")).isFalse();
    assertThat(all.isSubstituted("/usr/bin/dash")).isFalse();
  }

  private static String twinOf(String name, String version) {
    return Supply.key(
        COMPILERS
            .of(GUEST, Mode.COMPATIBLE)
            .twinOf(new DpkgDatabase.Installed(name, version, "amd64")));
  }

  @Test
  void onlyACompatibleTwinMayLackAFixOfAStableRelease() {
    String other = "gcc-12-x86-64-linux-gnu 12.2.0-14cross";
    assertThat(twinOf("gcc-12", "12.2.0-14+deb12u1")).isEqualTo(other);
    assertThat(twinOf("gcc-12", "12.2.0-14+deb12u1+b2")).isEqualTo(other);
    assertThat(twinOf("gcc-12", "12.2.0-14")).isEqualTo(other);
    assertThat(twinOf("gcc-12", "12.2.0-15~deb12u1"))
        .isEqualTo("gcc-12-x86-64-linux-gnu 12.2.0-15~deb12u1cross");
    assertThat(twinOf("gcc-14-x86-64-linux-gnu", "14.2.0-19+deb13u1"))
        .isEqualTo("gcc-14-x86-64-linux-gnu 14.2.0-19+deb13u1cross");
    assertThat(twinOf("dash", "0.5.12-2+deb12u1")).isEqualTo("dash 0.5.12-2+deb12u1");
  }

  @Test
  void noProgramOfTheRealOneIsAKindThatIsMisspelt() {
    assertThat(Profile.debian().entries().stream().flatMap(e -> e.programs().stream()))
        .hasSizeGreaterThan(100)
        .noneMatch(program -> program.endsWith(":"));
  }
}
