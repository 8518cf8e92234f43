package org.anyarch.build.lint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.anyarch.build.containerfile.CheckSettings;
import org.anyarch.build.containerfile.Containerfile;
import org.anyarch.build.containerfile.ContainerfileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LinterTest {
  private static final Path PAGES = Path.of("../docs/lint");
  private static final Pattern EXAMPLE = Pattern.compile("```dockerfile\n(.*?)```", Pattern.DOTALL);
  private static final CheckSettings ALL = new CheckSettings(false, Set.of(), Set.of("all"), false);

  private static List<Warning> lint(String text, CheckSettings settings)
      throws ContainerfileException {
    Containerfile file = Containerfile.parse(text, "Containerfile");
    return Linter.lint(
        new Subject(
            file,
            Map.of(),
            "secret.txt"::equals,
            image -> image.equals("known") ? Optional.of(Set.of("HOME")) : Optional.empty(),
            file.stages().stream()
                .map(Containerfile.Stage::from)
                .filter(from -> from.image().text().startsWith("amd64/"))
                .filter(from -> from.platform().isEmpty())
                .map(
                    from ->
                        new ForeignBase(
                            from.location(), from.image().text(), "linux/arm64", "linux/amd64"))
                .toList()),
        settings);
  }

  private static List<Rule> rules(String text) throws ContainerfileException {
    return lint(text, ALL).stream().map(Warning::rule).toList();
  }

  /// The page's own examples are the fixtures, so that what it says is what happens.
  @ParameterizedTest
  @EnumSource(Rule.class)
  void everyRuleHasAPageWhoseBadExampleBreaksItAndWhoseGoodOneBreaksNone(Rule rule)
      throws IOException, ContainerfileException {
    String page = Files.readString(Path.of("..").resolve(rule.page()));
    Matcher example = EXAMPLE.matcher(page);

    assertThat(page).startsWith("# " + rule.published() + "\n");
    assertThat(example.find()).isTrue();
    assertThat(rules(example.group(1))).containsExactly(rule);
    assertThat(example.find()).isTrue();
    assertThat(rules(example.group(1))).isEmpty();
  }

  @Test
  void everyPageIsOfARule() throws IOException {
    try (Stream<Path> pages = Files.list(PAGES)) {
      assertThat(pages.map(p -> p.getFileName().toString().replace(".md", "")))
          .containsExactlyInAnyOrderElementsOf(
              Stream.concat(Stream.of("README"), Stream.of(Rule.values()).map(Rule::published))
                  .toList());
    }
  }

  @Test
  void aWarningHasTheLinesOfItsInstruction() throws ContainerfileException {
    List<Warning> warnings = lint("FROM known\nCMD a \\\n  b\n", ALL);

    assertThat(warnings).hasSize(1);
    assertThat(warnings.getFirst().location().line()).isEqualTo(2);
    assertThat(warnings.getFirst().location().lastLine()).isEqualTo(3);
    assertThat(warnings.getFirst())
        .hasToString(
            "Containerfile:2: JSONArgsRecommended: CMD starts a shell, which passes no signals on");
  }

  @Test
  void rulesAreLeftOutByNameOrAll() throws ContainerfileException {
    String text = "FROM known as Tools\nCMD a\n";
    CheckSettings some =
        new CheckSettings(false, Set.of("FromAsCasing", "StageNameCasing"), Set.of(), false);

    assertThat(lint(text, CheckSettings.NONE)).hasSize(3);
    assertThat(lint(text, some))
        .extracting(Warning::rule)
        .containsExactly(Rule.JSON_ARGS_RECOMMENDED);
    assertThat(lint(text, new CheckSettings(true, Set.of(), Set.of(), false))).isEmpty();
    assertThat(lint("# about it\nFROM known AS a\n", CheckSettings.NONE)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FROM known\nSHELL [\"a\"]\nCMD b",
        "FROM known\nWORKDIR $HOME/x",
        "FROM known AS a\nENV A=1\nFROM a\nLABEL a=$A",
        "FROM scratch\nLABEL a=${NONE:-x} b=${NONE+x}",
        "FROM unknown\nLABEL a=$JAVA_HOME",
        "FROM scratch\nARG A\nLABEL a=$A p=$http_proxy",
        "ARG A\nFROM scratch$A",
        "ARG A\nFROM ${A:-alpine}",
        "FROM --platform=linux/arm64 known AS tools-arm64",
        "FROM scratch\nARG PUBLIC_KEY",
        "FROM known AS a\nWORKDIR /x\nFROM a\nWORKDIR y",
        "FROM scratch\nCOPY <<E /x\n$PATH\nE",
        "FROM scratch\nCOPY <<'E' /x\n$NONE\nE",
      })
  void whatIsRightIsLeftAlone(String text) throws ContainerfileException {
    assertThat(rules(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FROM scratch\nCOPY <<E /x\n$NONE\nE",
        "FROM known\nUSER $NONE",
        "FROM unknown\nARG Home_Dir\nUSER $HOME_DIR",
        "FROM scratch\nENV A=$A",
        "FROM scratch\nCOPY $NONE /x",
      })
  void variablesThatNothingSetsAreFound(String text) throws ContainerfileException {
    assertThat(rules(text)).containsExactly(Rule.UNDEFINED_VAR);
  }

  @Test
  void whatCannotBeUnderstoodIsNoWarning() {
    assertThatThrownBy(() -> rules("FROM scratch\nUSER ${A"))
        .isInstanceOf(ContainerfileException.class)
        .hasMessageStartingWith("Containerfile:2:6: ");
  }
}
