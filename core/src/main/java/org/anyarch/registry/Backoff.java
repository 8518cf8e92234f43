package org.anyarch.registry;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// How often and when something is tried again: after pauses that double, each shortened by chance
/// so that many clients do not come back at once, or when the registry says.
record Backoff(Pause pause, RandomGenerator random, InstantSource clock) {
  private static final Duration FIRST = Duration.ofMillis(500);
  private static final Duration LONGEST = Duration.ofSeconds(30);

  /// Who is told to wait for longer has a limit of hours, which nobody would wait for unasked.
  private static final Duration LONGEST_WISH = Duration.ofMinutes(2);

  static Backoff real() {
    return new Backoff(Thread::sleep, RandomGenerator.getDefault(), InstantSource.system());
  }

  /// A number of attempts at one thing.
  ///
  /// @param most including the first
  Attempts attempts(int most) {
    return new Attempts(most);
  }

  final class Attempts {
    private final int most;
    private int failed;

    private Attempts(int most) {
      this.most = most;
    }

    /// Counts the attempt that failed, and waits if there may be another.
    ///
    /// @param answer with a `Retry-After` perhaps
    boolean again(@Nullable HttpHeaders answer) throws InterruptedException {
      failed++;
      Duration wish = answer == null ? Duration.ZERO : wish(answer).orElse(Duration.ZERO);
      if (failed >= most || wish.compareTo(LONGEST_WISH) > 0) {
        return false;
      }
      Duration own = FIRST.multipliedBy(1L << Math.min(failed - 1, 10));
      Duration longest = own.compareTo(LONGEST) > 0 ? LONGEST : own;
      Duration shortened =
          Duration.ofNanos((long) (longest.toNanos() * (0.5 + random.nextDouble() / 2)));
      pause.pause(wish.compareTo(shortened) > 0 ? wish : shortened);
      return true;
    }

    /// What came since the last failure is worth a new count.
    void progressed() {
      failed = 0;
    }

    int failed() {
      return failed;
    }
  }

  /// `Retry-After`, in seconds or as a date (RFC 9110, 10.2.3).
  Optional<Duration> wish(HttpHeaders answer) {
    Optional<String> text = answer.firstValue("Retry-After").map(String::strip);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (text.get().matches("[0-9]{1,9}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(text.get())));
    }
    try {
      Instant then =
          ZonedDateTime.parse(text.get(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration left = Duration.between(clock.instant(), then);
      return Optional.of(left.isNegative() ? Duration.ZERO : left);
    } catch (DateTimeParseException noWish) {
      return Optional.empty();
    }
  }
}
