package org.anyarch.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PrintableTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a\033[31mb",
        "a\033[38;5;196mb",
        "a\u009b2Jb",
        "a\033]0;title\007b",
        "a\033]8;;http://x\033\\b",
        "a\u009d0;title\u009cb",
        "a\033Pq secret \033\\b",
        "a\0337b",
        "a\033cb",
        "a\033(Bb",
        "a\033[?1049hb"
      })
  void controlSequencesAreLeftOut(String text) {
    assertThat(Printable.line(text)).isEqualTo("ab");
  }

  @Test
  void otherControlsAreMarked() {
    assertThat(Printable.line("a\tb\bc\rd\007e\u202ef")).isEqualTo("a b?c?d?e?f");
    assertThat(Printable.line("cut off \033[3")).doesNotContain("\033");
  }

  @Test
  void whatPeopleWriteStays() {
    String text = "t\u00e9st \u65e5\u672c \ud83d\ude00 100%";
    assertThat(Printable.line(text)).isEqualTo(text);
    assertThat(Printable.lines("a\n  b\033[1m\n")).isEqualTo("a\n  b");
  }
}
