package org.anyarch.selinux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LabelTest {
  @Test
  void aLabelHasUserRoleTypeAndLevel() throws LabelException {
    Label label = Label.parse("system_u:object_r:container_file_t:s0:c172,c178");

    assertThat(label.user()).isEqualTo("system_u");
    assertThat(label.role()).isEqualTo("object_r");
    assertThat(label.type()).isEqualTo("container_file_t");
    assertThat(label.low()).isEqualTo(Optional.of(new Level(0, List.of(172, 178))));
    assertThat(label.high()).isEqualTo(label.low());
    assertThat(label.hasCategories()).isTrue();
  }

  @Test
  void aPolicyWithoutLevelsHasNone() throws LabelException {
    assertThat(Label.parse("root:object_r:usr_t").low()).isEmpty();
  }

  @Test
  void aRangeHasTwoEnds() throws LabelException {
    Label label = Label.parse("system_u:system_r:control_t:s0-s0:c0.c1023");

    assertThat(label.low()).isEqualTo(Optional.of(new Level(0, List.of())));
    assertThat(label.high().orElseThrow().categories()).hasSize(1024);
    assertThat(label).hasToString("system_u:system_r:control_t:s0-s0:c0.c1023");
  }

  @Test
  void whatTheKernelAppendsIsNoPart() throws LabelException {
    assertThat(Label.parse("u:r:t:s0\0")).isEqualTo(Label.parse("u:r:t:s0"));
    assertThat(Label.parse("u:r:t:s0\n")).isEqualTo(Label.parse("u:r:t:s0"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "s0:c1,c2 s0:c1,c2",
        "s0:c1.c2 s0:c1,c2",
        "s0:c3,c2,c1 s0:c1.c3",
        "s15:c0.c3,c7 s15:c0.c3,c7",
        "s0-s0 s0"
      })
  void levelsArePrintedAsTheKernelDoes(String text, String printed) throws LabelException {
    assertThat(Label.parse("u:r:t:" + text)).hasToString("u:r:t:" + printed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "u:r",
        "u::t:s0",
        "u:r:t:",
        "u:r:t:SystemLow",
        "u:r:t:s0:",
        "u:r:t:s0:c",
        "u:r:t:s0:c1,",
        "u:r:t:s0:c2.c1",
        "u:r:t:s0:c99999",
        "u:r:t:s0:c-1",
        "u:r:t:s0:c1.c2.c3",
        "u:r:t:s2000",
        "u:r:t:s0:c1-s0:c2",
        "u:r:t:s1-s0",
        "u:r:t:s0-",
        "u r:r:t",
        "u:r:t)(allow:s0",
        "u:r:\u0442:s0"
      })
  void whatIsNoLabelIsRefusedInOneLine(String text) {
    assertThatThrownBy(() -> Label.parse(text))
        .isInstanceOf(LabelException.class)
        .message()
        .isNotBlank()
        .doesNotContain("\n");
  }

  @Test
  void aLevelCannotBeMadeToHoldTooMuch() {
    assertThatThrownBy(() -> Label.parse("u:r:t:s0:" + "c0.c16383,".repeat(300) + "c1"))
        .isInstanceOf(LabelException.class)
        .hasMessageContaining("categories");
    assertThatThrownBy(() -> Label.parse("u:r:t:s0:" + "c1,".repeat(5000)))
        .isInstanceOf(LabelException.class)
        .hasMessageContaining("4096");
  }

  @Test
  void dominanceIsAboutSensitivityAndCategories() {
    Level low = new Level(0, List.of(1));
    assertThat(new Level(0, List.of(1, 2)).dominates(low)).isTrue();
    assertThat(new Level(1, List.of(1)).dominates(low)).isTrue();
    assertThat(new Level(1, List.of(2)).dominates(low)).isFalse();
    assertThat(low.dominates(new Level(1, List.of()))).isFalse();
  }
}
