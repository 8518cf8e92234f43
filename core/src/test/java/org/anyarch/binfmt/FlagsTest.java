package org.anyarch.binfmt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.anyarch.kernel.Errno;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FlagsTest {
  @ParameterizedTest
  @CsvSource({"FCOP, POCF", "C, OC", "PP, P", "'', ''", "F, F"})
  void flagsAreReadInAnyOrderAndWrittenInTheKernels(String text, String written)
      throws RuleException {
    assertThat(Flags.parse(text)).hasToString(written);
  }

  @ParameterizedTest
  @ValueSource(strings = {"p", "T", "F ", "\n", "FX"})
  void unknownLettersAreRefused(String text) {
    assertThatThrownBy(() -> Flags.parse(text))
        .isInstanceOfSatisfying(
            RuleException.class, e -> assertThat(e.errno()).contains(Errno.EINVAL));
  }

  @Test
  void credentialsNeedTheOpenBinary() {
    assertThat(new Flags(false, false, true, false).openBinary()).isTrue();
  }
}
