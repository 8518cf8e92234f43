package org.anyarch.selinux;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;

/// Labels and lines of logs from anywhere.
final class SelinuxFuzz {
  @FuzzTest
  void labels(FuzzedDataProvider data) throws LabelException {
    String text = data.consumeRemainingAsString();
    Label label;
    try {
      label = Label.parse(text);
    } catch (LabelException e) {
      assertThat(e).message().doesNotContain("\n");
      return;
    }
    assertThat(Label.parse(label.toString())).isEqualTo(label);
    assertThat(LabelJudgement.of(label).sentence()).doesNotContain("\n");
  }

  @FuzzTest
  void denials(FuzzedDataProvider data) {
    Avc.parse("avc:  denied  { " + data.consumeRemainingAsString())
        .ifPresent(
            avc -> {
              assertThat(avc.sentence()).isNotBlank().doesNotContain("\n");
              assertThat(avc.remedy()).isNotBlank();
            });
  }
}
