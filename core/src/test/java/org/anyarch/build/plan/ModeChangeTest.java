package org.anyarch.build.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ModeChangeTest {
  @ParameterizedTest
  @CsvSource({
    "755, 644, false, 755",
    "0, 644, false, 0",
    "04755, 644, false, 4755",
    "+x, 644, false, 755",
    "'u=rwX,go=rX', 600, false, 644",
    "'u=rwX,go=rX', 700, false, 755",
    "'u=rwX,go=rX', 600, true, 755",
    "go-w, 777, false, 755",
    "g=u, 640, false, 660",
    "u+s, 755, false, 4755",
    "g+s, 755, false, 2755",
    "+t, 777, true, 1777",
    "a-st, 7777, false, 777",
    "o=, 777, false, 770",
    "u=rw-x+s, 755, false, 4655",
    "u=g, 4750, false, 550",
  })
  void aModeBecomesAnother(String text, String before, boolean folder, String after) {
    int result = ModeChange.parse(text).apply(Integer.parseInt(before, 8), folder);

    assertThat(Integer.toOctalString(result)).isEqualTo(after);
  }

  @ParameterizedTest
  @ValueSource(strings = {"8", "77777", "u", "u=y", "x", ",", "u=r,", "-1", "=ug", "0x1"})
  void whatIsNoModeIsRefused(String text) {
    assertThatThrownBy(() -> ModeChange.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Property
  void anyTextIsAModeOrRefused(@ForAll String text, @ForAll @IntRange(max = 07777) int mode) {
    try {
      assertThat(ModeChange.parse(text).apply(mode, false)).isBetween(0, 07777);
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).isNotEmpty();
    }
  }
}
