package org.anyarch.binfmt;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.anyarch.platform.Bytes;
import org.anyarch.platform.Guest;
import org.anyarch.platform.Platform;
import org.junit.jupiter.api.Test;

final class CaptureCheckTest {
  private static final Path OWN = Path.of("/proc/self/exe");

  @Test
  void aRuleForTheHostsOwnArchitectureIsRefused() {
    Guest host = Guest.of(Platform.host()).orElseThrow();
    Rule rule = Rule.forGuest(host, Path.of("/q"), Flags.POCF);

    assertThatThrownBy(() -> CaptureCheck.of(List.of(OWN)).require(rule))
        .isInstanceOf(RuleException.class)
        .hasMessageContaining("would capture /proc/self/exe");
  }

  @Test
  void aRuleForAllElfFilesIsRefused() {
    Rule rule =
        new Rule(
            "elf",
            new Rule.Match.Magic(0, Bytes.ofHex("7f454c46"), Bytes.ofHex("ffffffff")),
            "/q",
            Flags.NONE);

    assertThatThrownBy(() -> CaptureCheck.of(List.of(Path.of("/no/such"), OWN)).require(rule))
        .isInstanceOf(RuleException.class);
  }

  @Test
  void aRuleThatTakesItsOwnInterpreterIsRefused() {
    Rule rule = new Rule("loop", new Rule.Match.Extension("exe"), "/proc/self/exe", Flags.NONE);
    Rule self =
        new Rule(
            "elf",
            new Rule.Match.Magic(0, Bytes.ofHex("7f454c46"), Bytes.ofHex("ffffffff")),
            OWN.toString(),
            Flags.NONE);

    assertThatCode(() -> CaptureCheck.of(List.of()).require(rule)).doesNotThrowAnyException();
    assertThatThrownBy(() -> CaptureCheck.of(List.of()).require(self))
        .isInstanceOf(RuleException.class);
  }

  @Test
  void foreignGuestsCaptureNothing() {
    for (Guest guest : Guest.all()) {
      if (!guest.nativeOn(Platform.host())) {
        assertThatCode(
                () ->
                    CaptureCheck.of(List.of(OWN))
                        .require(Rule.forGuest(guest, Path.of("/q"), Flags.POCF)))
            .doesNotThrowAnyException();
      }
    }
  }
}
