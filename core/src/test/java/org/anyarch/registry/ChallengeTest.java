package org.anyarch.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ChallengeTest {
  @Test
  void severalChallengesOfOneHeaderAreRead() {
    assertThat(
            Challenge.parse(
                List.of(
                    "Basic realm=\"a, b\", BEARER Realm=\"https://x/\\\"y\",service=z , Negotiate",
                    "Digest")))
        .containsExactly(
            new Challenge("basic", Map.of("realm", "a, b")),
            new Challenge("bearer", Map.of("realm", "https://x/\"y", "service", "z")),
            new Challenge("negotiate", Map.of()),
            new Challenge("digest", Map.of()));
  }

  @Test
  void whatCannotBeReadEndsIt() {
    assertThat(Challenge.parse(List.of("Bearer realm=\"x", "", ",,,", "=", "\0")))
        .extracting(Challenge::scheme)
        .containsExactly("bearer");
    assertThat(Challenge.parse(List.of("Bearer " + "a=b,".repeat(10_000)))).isEmpty();
  }

  @Test
  void theFirstOfTwoCounts() {
    assertThat(Challenge.parse(List.of("Bearer realm=a,realm=b")).getFirst().parameter("realm"))
        .isEqualTo("a");
  }
}
