package org.anyarch.twins;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
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
                .of(Guest.named("aarch64").orElseThrow())
                .entries())
        .containsExactly(
            new Entry("dash", Identity.Kind.PLAIN, List.of("dash")),
            new Entry("dpkg", Identity.Kind.PLAIN, List.of("dpkg-deb", "/sbin/x")),
            new Entry("dpkg", Identity.Kind.DISGUISED, List.of("dpkg", "dpkg-query")),
            new Entry("apt", Identity.Kind.TOLD, List.of("apt-get")),
            new Entry(
                "cpp-aarch64-linux-gnu",
                Identity.Kind.CROSS,
                List.of("/usr/aarch64-linux-gnu/cc1")));
  }

  @Test
  void noProgramOfTheRealOneIsAKindThatIsMisspelt() {
    assertThat(Profile.debian().entries().stream().flatMap(e -> e.programs().stream()))
        .hasSizeGreaterThan(100)
        .noneMatch(program -> program.endsWith(":"));
  }
}
