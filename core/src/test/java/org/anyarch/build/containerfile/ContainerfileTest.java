package org.anyarch.build.containerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ContainerfileTest {
  private static Containerfile parse(String... lines) throws ContainerfileException {
    return Containerfile.parse(String.join("\n", lines), "Containerfile");
  }

  /// The instructions of the only stage.
  private static List<Instruction> stage(String... lines) throws ContainerfileException {
    return parse("FROM scratch\n" + String.join("\n", lines)).stages().getFirst().instructions();
  }

  @Test
  void stagesHaveTheirNamesAndInstructions() throws ContainerfileException {
    Containerfile file =
        parse("ARG A=1 B", "FROM a AS One", "RUN x", "FROM --platform=linux/s390x one", "USER u");

    assertThat(file.globals()).hasSize(1);
    assertThat(file.globals().getFirst().definitions()).hasSize(2);
    assertThat(file.stages()).hasSize(2);
    assertThat(file.stages().getFirst().from().name()).isEqualTo("one");
    assertThat(file.stages().getLast().from().platform()).isEqualTo("linux/s390x");
    assertThat(file.stages().getLast().instructions()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "RUN [\"a\", \"b c\"]#Exec[arguments=[a, b c]]",
        "RUN a \"b\" && c#Shell[line=a \"b\" && c]",
        "RUN ['a']#Shell[line=['a']]",
        "RUN [\"a\", 1]#Shell[line=[\"a\", 1]]",
        "RUN [ -e /x ]#Shell[line=[ -e /x ]]",
        "run   a  b  #Shell[line=a  b]",
      })
  void runHasTwoForms(String line, String form) throws ContainerfileException {
    assertThat(stage(line).getFirst())
        .isInstanceOfSatisfying(
            Instruction.Run.class, run -> assertThat(run.form()).hasToString(form));
  }

  @Test
  void linesAreContinuedOverCommentsAndEmptyLines() throws ContainerfileException {
    assertThat(stage("RUN a \\", "# no part of it", "", "  && b \\  ", " c", "USER x"))
        .extracting(Instruction::text)
        .containsExactly("RUN a   && b  c", "USER x");
  }

  @Test
  void theEscapeDirectiveMakesBackslashesOrdinary() throws ContainerfileException {
    Containerfile file =
        parse("# escape=`", "FROM scratch", "RUN a `", "  b", "RUN c:\\", "USER x");

    assertThat(file.escape()).isEqualTo('`');
    assertThat(file.stages().getFirst().instructions())
        .extracting(Instruction::text)
        .containsExactly("RUN a   b", "RUN c:\\", "USER x");
  }

  @Test
  void carriageReturnsAndAByteOrderMarkArePassedOver() throws ContainerfileException {
    assertThat(
            parse("\uFEFFFROM scratch\r", "RUN a \\\r", "b\r").stages().getFirst().instructions())
        .extracting(Instruction::text)
        .containsExactly("RUN a b");
  }

  @Test
  void flagsAndQuotedWordsOfCopyAreKeptAsWritten() throws ContainerfileException {
    assertThat(stage("COPY --from=b --chown=1:2 --chmod=0755 \"a b\" c\\ d /x/").getFirst())
        .isInstanceOfSatisfying(
            Instruction.Copy.class,
            copy -> {
              assertThat(copy.flags().values()).containsOnlyKeys("from", "chown", "chmod");
              assertThat(copy.sources()).extracting(Word::text).containsExactly("\"a b\"", "c\\ d");
              assertThat(copy.destination().text()).isEqualTo("/x/");
              assertThat(copy.add()).isFalse();
            });
    assertThat(stage("ADD [\"a b\", \"/c\"]").getFirst())
        .isInstanceOfSatisfying(
            Instruction.Copy.class,
            copy -> assertThat(copy.sources()).extracting(Word::text).containsExactly("a b"));
  }

  @Test
  void environmentHasANewAndAnOldForm() throws ContainerfileException {
    assertThat(stage("ENV A=1 B=\"two words\" C=a\\ b", "ENV OLD all of  this"))
        .map(i -> ((Instruction.Env) i).pairs().stream().map(p -> p.value().text()).toList())
        .containsExactly(List.of("1", "\"two words\"", "a\\ b"), List.of("all of  this"));
  }

  /// Line and column are those of the word at fault, wherever the instruction began.
  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "RUNN x#2:1#did you mean RUN?",
        "'   RUNN x'#2:4#unknown instruction RUNN",
        "COPY --chwn=1 a b#2:6#did you mean --chown?",
        "COPY --chown a b#2:6#--chown needs a value",
        "COPY --link=no a b#2:13#=true or =false",
        "COPY --link --link a b#2:13#twice",
        "COPY --checksum=x a b#2:6#has no flag --checksum",
        "COPY a#2:1#source",
        "COPY a b c#2:10#folder: c/",
        "RUN#2:4#RUN needs an argument",
        "ENV A#2:5#has no value",
        "ENV A=1 B#2:9#has no =",
        "ENV =1#2:5#without a name",
        "ARG 1A#2:5#no name of a variable",
        "FROM a b#2:8#IMAGE AS NAME",
        "FROM a AS 1#2:11#cannot be called",
        "SHELL /bin/sh#2:7#exec form",
      })
  void aFaultHasItsPlaceAndARemedy(String line, String place, String message) {
    assertThatThrownBy(() -> stage(line))
        .isInstanceOf(ContainerfileException.class)
        .hasMessageStartingWith("Containerfile:" + place + ": ")
        .hasMessageContaining(message);
  }

  @Test
  void aFaultInAContinuedLineIsFoundInItsOwnLine() {
    assertThatThrownBy(() -> stage("ENV A=1 \\", "# comment", "    B"))
        .hasMessageStartingWith("Containerfile:4:5: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HEALTHCHECK CMD true",
        "ONBUILD RUN true",
        "MAINTAINER me",
        "RUN --mount=type=cache,target=/x true",
        "RUN --network=none true",
        "RUN <<EOF",
        "COPY <<EOF /x",
      })
  void whatIsNotSupportedIsRefusedByName(String line) {
    String name = line.contains("<<") ? "<<" : line.split("[ =]", -1)[line.contains("--") ? 1 : 0];
    assertThatThrownBy(() -> stage("USER x", line))
        .hasMessageStartingWith("Containerfile:3:")
        .hasMessageContaining(name)
        .hasMessageContaining("not supported yet");
  }

  @Test
  void aFileWithoutFromIsRefused() {
    assertThatThrownBy(() -> parse("# nothing", "ARG A")).hasMessageContaining("no FROM");
    assertThatThrownBy(() -> parse("RUN a")).hasMessageStartingWith("Containerfile:1:1: only ARG");
  }

  @Test
  void anotherLanguageIsRefused() {
    assertThatThrownBy(() -> parse("# syntax=example/other:1", "FROM scratch"))
        .hasMessageContaining("example/other:1");
    assertThatThrownBy(() -> parse("# escape=x", "FROM scratch")).hasMessageContaining("escape=x");
  }
}
