package org.anyarch.binfmt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.anyarch.elf.ElfProbe;
import org.anyarch.kernel.Errno;
import org.anyarch.platform.Bytes;
import org.anyarch.platform.Guest;
import org.junit.jupiter.api.Test;

/// What the kernel itself answers to register strings is compared in the integration tests.
final class RuleTest {
  private static final Guest ARM64 = Guest.named("arm64").orElseThrow();

  @Test
  void theRuleOfAGuestIsWhatTheFieldRegisters() throws RuleException {
    assertThat(Rule.forGuest(ARM64, Path.of("/q"), Flags.POCF).registerString())
        .isEqualTo(
            ":qemu-aarch64:M:0:"
                + "\\x7f\\x45\\x4c\\x46\\x02\\x01\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x02\\x00\\xb7\\x00:"
                + "\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\x00\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xfe\\xff\\xff\\xff:"
                + "/q:POCF");
  }

  @Test
  void everyGuestsProbeIsMatchedByItsOwnRuleAlone() {
    for (Guest guest : Guest.all()) {
      byte[] program = ElfProbe.exiting(guest, 0);
      for (Guest other : Guest.all()) {
        assertThat(Rule.forGuest(other, Path.of("/q"), Flags.POCF).matches(program, "/x"))
            .as("%s with the rule of %s", guest.qemu(), other.qemu())
            .isEqualTo(other.equals(guest));
      }
    }
  }

  @Test
  void aDelimiterThatAFieldHasIsNotUsed() throws RuleException {
    Rule rule = Rule.forGuest(ARM64, Path.of("/a:b|c"), Flags.NONE);

    assertThat(rule.registerString()).startsWith(",");
    assertThat(Rule.parse(rule.registerString())).isEqualTo(rule);
  }

  @Test
  void aShortFileIsFollowedByZeros() {
    Rule rule =
        new Rule(
            "x",
            new Rule.Match.Magic(1, Bytes.ofHex("0100"), Bytes.ofHex("ffff")),
            "/i",
            Flags.NONE);

    assertThat(rule.matches(new byte[] {9, 1}, "/f")).isTrue();
    assertThat(rule.matches(new byte[] {9, 1, 1}, "/f")).isFalse();
    assertThat(rule.matches(new byte[] {9}, "/f")).isFalse();
  }

  @Test
  void anExtensionIsWhatFollowsTheLastDotOfThePath() {
    Rule rule = new Rule("x", new Rule.Match.Extension("exe"), "/i", Flags.NONE);

    assertThat(rule.matches(new byte[0], "/a/b.exe")).isTrue();
    assertThat(rule.matches(new byte[0], "/a/b.EXE")).isFalse();
    assertThat(rule.matches(new byte[0], "/a/b.exe.txt")).isFalse();
    assertThat(rule.matches(new byte[0], "/exe")).isFalse();
  }

  @Test
  void errorsCarryTheErrnoOfTheKernel() {
    assertThatThrownBy(() -> Rule.parse(":register:M::abc::/i:"))
        .isInstanceOfSatisfying(
            RuleException.class, e -> assertThat(e.errno()).contains(Errno.EEXIST));
    assertThatThrownBy(() -> Rule.parse(":" + "n".repeat(256) + ":M::abc::/i:"))
        .isInstanceOfSatisfying(
            RuleException.class, e -> assertThat(e.errno()).contains(Errno.ENAMETOOLONG));
  }

  @Test
  void aRuleTheKernelWouldNotTakeIsNotWritten() {
    Rule rule = Rule.forGuest(ARM64, Path.of("/" + "q".repeat(1900)), Flags.POCF);

    assertThatThrownBy(rule::registerString).hasMessageContaining("1920");
  }
}
