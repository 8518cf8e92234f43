package org.anyarch.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.anyarch.binfmt.Entry;
import org.anyarch.binfmt.Flags;
import org.anyarch.binfmt.Rule;
import org.anyarch.platform.Guest;
import org.junit.jupiter.api.Test;

final class ComparisonTest {
  private static final Guest ARM64 = Guest.named("arm64").orElseThrow();
  private static final String OURS = "/var/lib/anyarch/emulators/qemu-aarch64-7.2-0123456789ab";
  private static final String OLDER = "/var/lib/anyarch/emulators/qemu-aarch64-7.1-ba9876543210";
  private static final Rule WANTED = Rule.forGuest(ARM64, Path.of(OURS), Flags.POCF);

  private static Entry entry(String name, String interpreter, String flags) {
    return new Entry(name, true, interpreter, flags, Optional.of(WANTED.match()), List.of());
  }

  private static Comparison compare(Entry... entries) {
    return Comparison.of(List.of(entries), ARM64, WANTED);
  }

  @Test
  void equalFieldsAreTheSame() {
    assertThat(compare()).isInstanceOf(Comparison.Absent.class);
    assertThat(compare(entry("qemu-aarch64", OURS, "POCF"))).isInstanceOf(Comparison.Same.class);
  }

  @Test
  void whatIsOursIsKnownByItsInterpreter() {
    assertThat(compare(entry("qemu-aarch64", OLDER, "POCF")))
        .isInstanceOf(Comparison.Outdated.class);
    assertThat(compare(entry("qemu-aarch64", "/usr/bin/qemu-aarch64-static", "F")))
        .isInstanceOfSatisfying(
            Comparison.Foreign.class,
            foreign ->
                assertThat(foreign.differences())
                    .containsExactly(
                        "its interpreter is /usr/bin/qemu-aarch64-static", "its flags are F"));
  }

  @Test
  void aNewerEntryOfAnotherNameShadows() {
    assertThat(compare(entry("fex", "/usr/bin/FEX", "F"), entry("qemu-aarch64", OURS, "POCF")))
        .isInstanceOf(Comparison.Shadowed.class);
    assertThat(compare(entry("qemu-aarch64", OURS, "POCF"), entry("fex", "/usr/bin/FEX", "F")))
        .isInstanceOf(Comparison.Same.class);
    assertThat(compare(entry("fex", "/usr/bin/FEX", "F"))).isInstanceOf(Comparison.Foreign.class);
  }

  @Test
  void theStandInOfAKilledRunDoesNotCount() {
    assertThat(compare(entry("qemu-aarch64~", OURS, "POCF"), entry("qemu-aarch64", OLDER, "POCF")))
        .isInstanceOf(Comparison.Outdated.class);
  }

  @Test
  void snapshotsReadBackAsTheyWereWritten() throws HostException {
    Entry disabled =
        new Entry(
            "off",
            false,
            "/bin/true",
            "P",
            Optional.of(new Rule.Match.Extension("off")),
            List.of());
    HandlerSnapshot snapshot =
        HandlerSnapshot.of(List.of(disabled, entry("qemu-aarch64", OURS, "POCF")));

    HandlerSnapshot read = HandlerSnapshot.parse(snapshot.text());

    assertThat(read).isEqualTo(snapshot);
    assertThat(read.rules().getFirst()).isEqualTo(WANTED);
    assertThat(read.disabled()).containsExactly("off");
  }

  @Test
  void eachMissingFlagHasAnEffect() {
    assertThat(FlagAudit.missing("POCF")).isEmpty();
    assertThat(FlagAudit.missing("")).hasSize(4);
  }
}
