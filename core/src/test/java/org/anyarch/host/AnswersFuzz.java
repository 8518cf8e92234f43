package org.anyarch.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.anyarch.kernel.Errno;
import org.anyarch.platform.Guest;

/// Whatever the helper says, there is a sentence for it.
final class AnswersFuzz {
  private static final Guest ARM = Guest.named("arm").orElseThrow();

  @FuzzTest
  void anyText(FuzzedDataProvider data) {
    sentences(data.consumeRemainingAsString());
  }

  @Property
  void anyAnswer(
      @ForAll @IntRange(max = 9999) int errno,
      @ForAll @IntRange(max = 999) int value,
      @ForAll boolean exited) {
    Verdict verdict =
        sentences(
            "arm process failed exec %d\narm container %s %d\n"
                .formatted(errno, exited ? "exited" : "signalled", value));

    assertThat(verdict.outcome(Setting.PROCESS))
        .isEqualTo(new Outcome.Failed("exec", new Errno(errno)));
    assertThat(verdict.outcome(Setting.CONTAINER))
        .isEqualTo(exited ? new Outcome.Exited(value) : new Outcome.Signalled(value));
  }

  private static Verdict sentences(String text) {
    Verdict verdict =
        new Verdict(ARM, Answers.parse(text).outcomes().getOrDefault("arm", Map.of()));
    for (Setting way : Setting.values()) {
      assertThat(verdict.meaning(way)).startsWith("arm programs ").doesNotContain("\n");
    }
    return verdict;
  }
}
