package org.anyarch.build.containerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
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
        "ARG =1#2:5#no name of a variable",
        "HEALTHCHECK --interval=1us CMD x#2:24#less than a millisecond",
        "HEALTHCHECK --timeout=soon CMD x#2:23#is no time",
        "HEALTHCHECK --retries=-1 CMD x#2:23#no number of tries",
        "HEALTHCHECK --retrie=1 CMD x#2:13#did you mean --retries?",
        "HEALTHCHECK CMD#2:13#names no command",
        "HEALTHCHECK CMD []#2:13#names no command",
        "HEALTHCHECK NONE x#2:13#nothing behind it",
        "HEALTHCHECK true#2:13#CMD or NONE",
        "ONBUILD FROM x#2:9#FROM cannot be a trigger",
        "ONBUILD onbuild RUN x#2:9#ONBUILD cannot be a trigger",
        "ONBUILD MAINTAINER me#2:9#MAINTAINER cannot be a trigger",
        "ONBUILD  RUNN x#2:10#did you mean RUN?",
        "RUN <<EOF#2:1#no line is EOF",
        "COPY a <<EOF\\nEOF#2:8#not where it goes",
        "COPY <<a/b /x\\na/b#2:6#gives its name to a file",
        "FROM a b#2:8#IMAGE AS NAME",
        "FROM a AS 1#2:11#cannot be called",
        "SHELL /bin/sh#2:7#exec form",
      })
  void aFaultHasItsPlaceAndARemedy(String line, String place, String message) {
    assertThatThrownBy(() -> stage(line.replace("\\n", "\n")))
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
        "RUN --device=x true",
      })
  void whatIsNotSupportedIsRefusedByName(String line) {
    String name = line.split("[ =]", -1)[line.contains("--") ? 1 : 0];
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

  private static Form run(String... lines) throws ContainerfileException {
    return ((Instruction.Run) stage(lines).getFirst()).form();
  }

  @Test
  void aHeredocAloneIsTheShellsText() throws ContainerfileException {
    assertThat(run("RUN <<EOF", "a", "", "# b", "EOF", "USER x"))
        .isEqualTo(new Form.Shell("a\n\n# b\n"));
    assertThat(run("RUN <<-EOF", "\ta", "\t\tb", "\tEOF")).isEqualTo(new Form.Shell("a\nb\n"));
    assertThat(run("RUN <<EOF", "#!/bin/x", "b", "EOF"))
        .isEqualTo(new Form.Script("EOF", "#!/bin/x\nb\n"));
  }

  @Test
  void aHeredocThatIsPartOfALineIsTheShellsToRead() throws ContainerfileException {
    assertThat(run("RUN cat <<A 3<<'B' | sort", "a", "A", "b", "B"))
        .isEqualTo(new Form.Shell("cat <<A 3<<'B' | sort\na\nA\nb\nB"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"RUN a <<< b", "RUN a \"<<b\"", "RUN [\"a\", \"<<b\"]", "RUN a << b", "CMD <<b"})
  void whatOnlyLooksLikeAHeredocIsNone(String line) throws ContainerfileException {
    assertThat(stage(line, "USER x")).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "RUN <<E | \\n  make all\\nmake check\\n | RUN <<E (make all…)",
        "RUN <<-E | \\tmake\\n | RUN <<-E (make)",
        "RUN <<E | #!/bin/sh -e\\nmake\\n | RUN <<E (make)",
        "RUN <<E | #!/bin/true\\n | RUN <<E",
        "RUN cat <<E | make\\n | RUN cat <<E",
      })
  void aRunOfAHeredocIsShownWithItsFirstLine(String run, String content, String shown)
      throws ContainerfileException {
    List<String> lines = new ArrayList<>(List.of(run));
    lines.addAll(content.translateEscapes().lines().toList());
    lines.add("E");

    assertThat(stage(lines.toArray(String[]::new)).getFirst().text()).isEqualTo(shown);
  }

  @ParameterizedTest
  @CsvSource({"one, 0", "ONE, 0", "1, 1", "stage-1, 1", "Stage-1, 1", "stage-3, 2", "3, 3", "4, 4"})
  void aStageHasItsNameOrItsNumberOrWhatProgressCallsIt(String name, int stage)
      throws ContainerfileException {
    Containerfile file =
        Containerfile.parse(
            "FROM a AS one\nFROM b\nFROM c AS stage-3\nFROM d\nFROM e AS five\n", "Containerfile");

    assertThat(file.stageNamed(name, 5)).hasValue(stage);
  }

  @Test
  void aStageWithANameIsNotCalledByItsNumberInProgress() throws ContainerfileException {
    assertThat(parse("FROM a AS one", "FROM b").stageNamed("stage-0", 2)).isEmpty();
  }

  @Test
  void heredocsOfCopyHaveNameContentAndWhetherTheyExpand() throws ContainerfileException {
    assertThat(
            stage(
                    "COPY <<one a <<-\"two 2\" <<t\"hree\" /d/",
                    "1",
                    "one",
                    "\t2",
                    "two 2",
                    "3",
                    "three")
                .getFirst())
        .isInstanceOfSatisfying(
            Instruction.Copy.class,
            copy -> {
              assertThat(copy.sources()).extracting(Word::text).containsExactly("a");
              assertThat(copy.documents())
                  .extracting(Heredoc::name)
                  .containsExactly("one", "two 2", "three");
              assertThat(copy.documents())
                  .extracting(Heredoc::content)
                  .containsExactly("1\n", "2\n", "3\n");
              assertThat(copy.documents())
                  .extracting(Heredoc::expands)
                  .containsExactly(true, false, false);
              assertThat(copy.documents().getFirst().location().line()).isEqualTo(3);
            });
  }

  @Test
  void aHeredocKeepsItsCarriageReturns() throws ContainerfileException {
    assertThat(run("RUN <<EOF\r", "a\r", "EOF\r", "USER x\r")).isEqualTo(new Form.Shell("a\r\n"));
  }

  @Test
  void instructionsKnowWhereTheyEnd() throws ContainerfileException {
    assertThat(stage("RUN a \\", "", "  b", "RUN <<E", "x", "E", "USER x"))
        .extracting(i -> i.location().line() + "-" + i.location().lastLine())
        .containsExactly("2-4", "5-7", "8-8");
  }

  @Test
  void healthChecksHaveTheirTimes() throws ContainerfileException {
    assertThat(
            stage(
                    "HEALTHCHECK --interval=1m30s --timeout=1.5s --start-period=0 --start-interval=2ms --retries=3 CMD a b")
                .getFirst())
        .isInstanceOfSatisfying(
            Instruction.HealthCheck.class,
            check -> {
              assertThat(check.command()).contains(new Form.Shell("a b"));
              assertThat(check.options())
                  .isEqualTo(
                      new HealthOptions(
                          Duration.ofSeconds(90),
                          Duration.ofMillis(1500),
                          Duration.ZERO,
                          Duration.ofMillis(2),
                          3));
            });
    assertThat(((Instruction.HealthCheck) stage("HEALTHCHECK none").getFirst()).command())
        .isEmpty();
  }

  @Test
  void triggersAreKeptAsWritten() throws ContainerfileException {
    assertThat(stage("ONBUILD  RUN a \\", "  b", "onbuild COPY <<E /x", "$y", "E", "USER x"))
        .filteredOn(Instruction.OnBuild.class::isInstance)
        .extracting(i -> ((Instruction.OnBuild) i).expression())
        .containsExactly("RUN a   b", "COPY <<E /x\n$y\nE");
    assertThatThrownBy(() -> Containerfile.trigger("FROM x", "T"))
        .hasMessageStartingWith("T:1:1: FROM cannot");
    assertThatThrownBy(() -> Containerfile.trigger("RUN a\nRUN b", "T"))
        .hasMessageContaining("one instruction, not 2");
  }

  @Test
  void directivesOfTheCheckAreRead() throws ContainerfileException {
    CheckSettings checks =
        parse(
                "# syntax=docker/dockerfile:1",
                "# check=skip=A, B;error=true;experimental=all",
                "FROM scratch")
            .checks();

    assertThat(checks).isEqualTo(new CheckSettings(false, Set.of("A", "B"), Set.of("all"), true));
    assertThat(parse("# a comment", "# check=error=true", "FROM scratch").checks())
        .isEqualTo(CheckSettings.NONE);
    assertThatThrownBy(() -> parse("# check=eror=true", "FROM scratch"))
        .hasMessageStartingWith("Containerfile:1:1: check=eror");
    assertThatThrownBy(() -> parse("# check=error=maybe", "FROM scratch"))
        .hasMessageContaining("true or false");
    assertThatThrownBy(() -> parse("# escape=`", "# escape=`", "FROM scratch"))
        .hasMessageStartingWith("Containerfile:2:1: a second escape");
  }

  @Test
  void commentsDescribeWhatFollowsThem() throws ContainerfileException {
    Containerfile file =
        parse(
            "# about nothing",
            "#",
            "# V the version",
            "# more",
            "ARG V=1",
            "# base what all need",
            "FROM x AS base");

    assertThat(file.statement(file.globals().getFirst()).description("V")).isEqualTo("the version");
    assertThat(file.statement(file.globals().getFirst()).comments())
        .doesNotContain("about nothing");
    assertThat(file.statement(file.stages().getFirst().from()).description("base"))
        .isEqualTo("what all need");
    assertThat(file.statement(file.stages().getFirst().from()).description("bas")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "docker/dockerfile:1.7-labs",
        "docker/dockerfile:experimental",
        "docker/dockerfile-upstream:master",
        "mirror.example.org:5000/docker/dockerfile:1",
      })
  void whateverNamesTheLanguageIsTheLanguage(String image) throws ContainerfileException {
    assertThat(parse("# syntax=" + image, "FROM scratch").stages()).hasSize(1);
  }

  @Test
  void switchesAreOnOrOffInAnyCase() throws ContainerfileException {
    Containerfile file = parse("FROM scratch", "COPY --link=True --parents=FALSE a /b");

    CopyFlags flags =
        ((Instruction.Copy) file.stages().getFirst().instructions().getFirst()).flags();
    assertThat(flags.has("link")).isTrue();
    assertThat(flags.has("parents")).isFalse();
    assertThatThrownBy(() -> parse("FROM scratch", "COPY --link=1 a /b"))
        .hasMessageContaining("=true or =false");
  }

  @Test
  void aVolumeOfNothingIsRefused() {
    assertThatThrownBy(() -> parse("FROM scratch", "VOLUME []"))
        .hasMessage("Containerfile:2:8: VOLUME [] names no folder");
  }
}
