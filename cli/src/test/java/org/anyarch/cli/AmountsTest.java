package org.anyarch.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.anyarch.text.Sizes;
import org.junit.jupiter.api.Test;

final class AmountsTest {
  @Test
  void sizesAreReadAsPeopleWriteThem() throws UsageException {
    assertThat(Amounts.size("0", "--x")).isZero();
    assertThat(Amounts.size("512", "--x")).isEqualTo(512);
    assertThat(Amounts.size("1.5k", "--x")).isEqualTo(1536);
    assertThat(Amounts.size("20GB", "--x")).isEqualTo(20L << 30);
    assertThat(Amounts.size("20 GiB", "--x")).isEqualTo(20L << 30);
    for (String text : new String[] {"", "x", "-1", "1x", "GB", "999999999999999t"}) {
      assertThatThrownBy(() -> Amounts.size(text, "--x")).hasMessageContaining("--x " + text);
    }
  }

  @Test
  void timesAreReadAsPeopleWriteThem() throws UsageException {
    assertThat(Amounts.duration("90s", "--x")).isEqualTo(Duration.ofSeconds(90));
    assertThat(Amounts.duration("1h30m", "--x")).isEqualTo(Duration.ofMinutes(90));
    assertThat(Amounts.duration("2w", "--x")).isEqualTo(Duration.ofDays(14));
    for (String text : new String[] {"", "7", "d", "1h x", "1h2"}) {
      assertThatThrownBy(() -> Amounts.duration(text, "--x")).hasMessageContaining("--x " + text);
    }
  }

  @Test
  void sizesAreShownWithThreeDigits() {
    assertThat(Sizes.shown(0)).isEqualTo("0 B");
    assertThat(Sizes.shown(1536)).isEqualTo("1.5 KB");
    assertThat(Sizes.shown(150L << 20)).isEqualTo("150 MB");
  }
}
