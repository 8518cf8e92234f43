package org.anyarch.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BackoffTest {
  private final List<Duration> pauses = new ArrayList<>();
  private final Backoff backoff =
      new Backoff(pauses::add, new Random(7), () -> Instant.parse("2026-01-01T00:00:00Z"));

  private static HttpHeaders retryAfter(String value) {
    return HttpHeaders.of(Map.of("Retry-After", List.of(value)), (_, _) -> true);
  }

  @Test
  void pausesGrowAndAreShortenedByAtMostHalf() throws InterruptedException {
    Backoff.Attempts attempts = backoff.attempts(12);
    int more = 0;
    while (attempts.again(null)) {
      more++;
    }

    assertThat(more).isEqualTo(11);
    for (int i = 0; i < pauses.size(); i++) {
      long whole = Math.min(500L << i, 30_000);
      assertThat(pauses.get(i).toMillis()).isBetween(whole / 2, whole);
    }
  }

  @Test
  void progressIsANewCount() throws InterruptedException {
    Backoff.Attempts attempts = backoff.attempts(2);

    assertThat(attempts.again(null)).isTrue();
    attempts.progressed();
    assertThat(attempts.again(null)).isTrue();
    assertThat(attempts.again(null)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "17, 17",
    "'Thu, 01 Jan 2026 00:01:00 GMT', 60",
    "'Wed, 31 Dec 2025 00:01:00 GMT', 0"
  })
  void wishesAreRead(String value, long seconds) {
    assertThat(backoff.wish(retryAfter(value))).contains(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "soon", "99999999999999999999", "1.5"})
  void whatIsNoWishIsNone(String value) {
    assertThat(backoff.wish(retryAfter(value))).isEmpty();
  }

  @Test
  void nobodyWaitsForHours() throws InterruptedException {
    assertThat(backoff.attempts(5).again(retryAfter("86400"))).isFalse();
    assertThat(pauses).isEmpty();
  }

  @Test
  void anInterruptEndsTheWaiting() {
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> Backoff.real().attempts(5).again(null))
        .isInstanceOf(InterruptedException.class);
  }
}
