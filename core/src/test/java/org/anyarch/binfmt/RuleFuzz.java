package org.anyarch.binfmt;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;

/// Register strings, entry files and files of binfmt.d from anywhere.
final class RuleFuzz {
  @FuzzTest
  void anyText(FuzzedDataProvider data) {
    String text = data.consumeRemainingAsString();
    assertThat(Entry.parse("x", text).unknown()).isNotNull();
    BinfmtD.Content content = BinfmtD.parse(text);
    for (BinfmtD.Line line : content.lines()) {
      try {
        assertThat(Rule.parse(line.rule().registerString())).isEqualTo(line.rule());
      } catch (RuleException e) {
        // What is written has every byte escaped and a mask, and so may be too long.
        assertThat(e).hasMessageMatching("(?s).*(bytes long|no character is left).*");
      }
    }
  }
}
