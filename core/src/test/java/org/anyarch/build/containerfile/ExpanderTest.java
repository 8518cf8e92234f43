package org.anyarch.build.containerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ExpanderTest {
  private static final Map<String, String> VARIABLES =
      Map.of(
          "A",
          "one",
          "S",
          "*/b}",
          "W",
          "80 90/udp",
          "EMPTY",
          "",
          "PATH",
          "/usr/bin:/bin",
          "F",
          "a.tar.gz");

  private static String expand(String text) throws ContainerfileException {
    return new Expander('\\', name -> Optional.ofNullable(VARIABLES.get(name)))
        .expand(new Word(text, new Location("Containerfile", 3, 7)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '=',
      quoteCharacter = '~',
      value = {
        "$A=one",
        "${A}x=onex",
        "$Ax/$A=/one",
        "x$A.y=xone.y",
        "$NONE=~~",
        "${NONE:-d}=d",
        "${EMPTY:-d}=d",
        "${EMPTY-d}=~~",
        "${NONE-d}=d",
        "${A:-d}=one",
        "${A:+d}=d",
        "${EMPTY:+d}=~~",
        "${EMPTY+d}=d",
        "${NONE:-${A}}=one",
        "${NONE:-\"a b\"}=a b",
        "${A:?why}=one",
        "'$A'=$A",
        "\"$A 'b'\"=one 'b'",
        "\\$A=$A",
        "\"\\$A\"=$A",
        "\"\\n\"=\\n",
        "a\\ b=a b",
        "$=$",
        "$.=$.",
        "${PATH#*/}=usr/bin:/bin",
        "${PATH##*/}=bin",
        "${F%.*}=a.tar",
        "${F%%.*}=a",
        "${F/a/b}=b.tar.gz",
        "${F//a/b}=b.tbr.gz",
        "${F/./$A}=aonetar.gz",
        "$?x=x",
        "$12x=x",
        "${F#a\\*}=a.tar.gz",
        "${S#\\*}=/b}",
        "${S/\\//-}=*-b}",
        "${S%\\}}=*/b",
        "${S//?/x}=xxxx",
        "${A#$A}=~~",
      })
  void wordsAreExpandedAsAShellDoes(String text, String expanded) throws ContainerfileException {
    assertThat(expand(text)).isEqualTo(expanded);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "${A",
        "${",
        "${}",
        "${A:x}",
        "${A^^}",
        "'a",
        "\"a",
        "${A:-b",
        "${F/a}",
        "${A#\\x}"
      })
  void whatIsNotClosedOrUnknownIsRefusedAtItsPlace(String text) {
    assertThatThrownBy(() -> expand(text))
        .isInstanceOf(ContainerfileException.class)
        .hasMessageStartingWith("Containerfile:3:7: ");
  }

  @Test
  void aVariableThatIsAskedForSaysWhy() {
    assertThatThrownBy(() -> expand("${NONE:?give it}")).hasMessageContaining("NONE: give it");
  }

  @Test
  void deepNestingIsRefused() {
    assertThatThrownBy(() -> expand("${NONE:-".repeat(100_000)))
        .isInstanceOf(ContainerfileException.class)
        .hasMessageContaining("nested");
  }

  @ParameterizedTest
  @CsvSource({"$W,80|90/udp", "x$W-1,x80|90/udp-1", "\\\"$W\\\",\"80|90/udp\"", "$NONE,''"})
  void wordsAreCutWhereAVariableHasSpaces(String text, String words) throws ContainerfileException {
    assertThat(
            String.join(
                "|",
                new Expander('\\', name -> Optional.ofNullable(VARIABLES.get(name)))
                    .words(new Word(text, new Location("Containerfile", 3, 7)))))
        .isEqualTo(words);
  }

  @Test
  void aHeredocHasVariablesAndNoQuotes() throws ContainerfileException {
    assertThat(
            Expander.document(
                new Word("'$A' \"${A}\" \\$A \\n\n", new Location("C", 1, 1)),
                name -> Optional.ofNullable(VARIABLES.get(name))))
        .isEqualTo("'one' \"one\" $A n\n");
  }

  @Test
  void aValueThatFillsTheMemoryIsRefused() {
    String megabyte = "x".repeat(1 << 20);
    Expander expander = new Expander('\\', _ -> Optional.of(megabyte));
    Location place = new Location("Containerfile", 3, 7);

    assertThatThrownBy(() -> expander.expand(new Word("$A".repeat(40), place)))
        .hasMessageContaining("more than")
        .hasMessageStartingWith("Containerfile:3:7");
    assertThatThrownBy(() -> expander.expand(new Word("\"" + "$A".repeat(40) + "\"", place)))
        .hasMessageContaining("more than");
  }
}
