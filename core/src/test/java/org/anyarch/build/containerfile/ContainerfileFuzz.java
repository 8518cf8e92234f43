package org.anyarch.build.containerfile;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/// Any text is a Containerfile, or is refused at a place that lies in it.
final class ContainerfileFuzz {
  @FuzzTest
  void anyText(FuzzedDataProvider data) {
    read(data.consumeRemainingAsString());
  }

  /// Texts that get further than random ones do.
  @Provide
  Arbitrary<String> nearlyContainerfiles() {
    return Arbitraries.of(
            "FROM",
            "scratch",
            "AS",
            "a",
            "\n",
            " ",
            "RUN",
            "RUN --mount=",
            "type=cache",
            "target=/a",
            "sharing=",
            "--network=none",
            "COPY",
            "--from=",
            "--chown",
            "\\",
            "\\\n",
            "#",
            "[\"",
            "\"]",
            ",",
            "$",
            "${",
            "}",
            ":-",
            "'",
            "\"",
            "ENV",
            "ARG",
            "A=",
            "EXPOSE",
            "80/tcp",
            "\t",
            "\r\n",
            "LABEL",
            "ADD",
            "/",
            "USER",
            "SHELL",
            "# escape=`\n",
            "<<E",
            "<<-'E'",
            "\nE\n",
            "ONBUILD ",
            "HEALTHCHECK ",
            "--interval=",
            "1.5h",
            "CMD",
            "${A#\\",
            "`")
        .list()
        .ofMaxSize(40)
        .map(parts -> "FROM scratch\n" + String.join("", parts));
  }

  @Property
  void nearly(@ForAll("nearlyContainerfiles") String text) {
    read(text);
  }

  /// White space, continuations and comments that may stand between two words.
  @Provide
  Arbitrary<List<String>> gaps() {
    return Arbitraries.of(" ", "\t ", " \\\n", " \\\n  ", " \\\n# c\n\t", " \\ \r\n\n ")
        .list()
        .ofMinSize(1)
        .ofMaxSize(6);
  }

  /// Every word knows the very place where it begins.
  @Property
  void places(@ForAll("gaps") List<String> gaps, @ForAll @IntRange(max = 3) int indent)
      throws ContainerfileException {
    StringBuilder text = new StringBuilder("FROM scratch\n" + " ".repeat(indent) + "EXPOSE");
    for (int i = 0; i < gaps.size(); i++) {
      text.append(gaps.get(i)).append("word").append(i);
    }
    List<String> lines = List.of(text.toString().split("\n", -1));

    Instruction.Expose expose =
        (Instruction.Expose)
            Containerfile.parse(text.toString(), "C").stages().getFirst().instructions().getFirst();

    assertThat(expose.ports()).hasSameSizeAs(gaps);
    for (Word word : expose.ports()) {
      String line = lines.get(word.location().line() - 1);
      assertThat(line.startsWith(word.text(), word.location().column() - 1))
          .as("%s at %s in %s", word.text(), word.location(), line)
          .isTrue();
    }
    assertThat(expose.location().column()).isEqualTo(indent + 1);
  }

  @Property
  void ignoreFiles(@ForAll String text, @ForAll String path) {
    try {
      IgnoreFile file = IgnoreFile.parse(text, ".dockerignore");
      assertThat(file.prunes(path)).isIn(false, file.excludes(path));
    } catch (ContainerfileException e) {
      assertThat(e).hasMessageStartingWith(".dockerignore:");
    }
  }

  private static void read(String text) {
    List<String> lines = List.of(text.split("\n", -1));
    try {
      Containerfile file = Containerfile.parse(text, "C");
      for (Containerfile.Stage stage : file.stages()) {
        expand(stage.from().image(), file.escape(), lines);
        for (Instruction instruction : stage.instructions()) {
          within(instruction.location(), lines);
          assertThat(instruction.location().lastLine())
              .isBetween(instruction.location().line(), lines.size());
          if (instruction instanceof Instruction.User user) {
            expand(user.user(), file.escape(), lines);
          }
        }
      }
    } catch (ContainerfileException e) {
      assertThat(e).hasMessageMatching("(?s)C:\\d+:\\d+: .+");
    }
  }

  private static void expand(Word word, char escape, List<String> lines)
      throws ContainerfileException {
    within(word.location(), lines);
    assertThat(new Expander(escape, name -> Optional.of(name)).expand(word)).isNotNull();
  }

  private static void within(Location location, List<String> lines) {
    assertThat(location.line()).isBetween(1, lines.size());
    assertThat(location.column()).isBetween(1, lines.get(location.line() - 1).length() + 1);
  }
}
