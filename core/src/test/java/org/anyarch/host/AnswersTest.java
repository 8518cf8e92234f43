package org.anyarch.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.anyarch.kernel.Errno;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AnswersTest {
  @Test
  void everyKindOfAnswerIsRead() {
    Answers answers =
        Answers.parse(
            """
            arm process exited 42
            arm container signalled 11
            aarch64_be container failed exec 8
            anyarch-probe: cannot open the folder /none: No such file or directory
            """);

    assertThat(answers.outcomes())
        .isEqualTo(
            Map.of(
                "arm",
                Map.of(
                    Setting.PROCESS,
                    new Outcome.Exited(42),
                    Setting.CONTAINER,
                    new Outcome.Signalled(11)),
                "aarch64_be",
                Map.of(Setting.CONTAINER, new Outcome.Failed("exec", Errno.ENOEXEC))));
    assertThat(answers.complaints())
        .containsExactly("cannot open the folder /none: No such file or directory");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n\n",
        "arm",
        "arm process",
        "arm process exited",
        "arm process exited -1",
        "arm process exited 99999999999",
        "arm process exited ٤٢",
        "arm process failed exec",
        "arm process failed EXEC 8",
        "arm process failed exec 99999",
        "arm chroot exited 42",
        "arm  process exited 42",
        " arm process exited 42",
        "arm process exited 42 ",
        "arm process exited 42\r",
        "a/b process exited 42",
        "arm process exited 42\0",
        "\ufffd\ufffd process exited 42",
      })
  void anythingElseCountsForNothing(String text) {
    assertThat(Answers.parse(text).outcomes()).isEmpty();
  }

  @Test
  void theFirstAnswerCounts() {
    assertThat(Answers.parse("arm process exited 1\narm process exited 42\n").outcomes())
        .isEqualTo(Map.of("arm", Map.of(Setting.PROCESS, new Outcome.Exited(1))));
  }
}
