package org.anyarch.build.containerfile;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The flags of HEALTHCHECK. Zero means that the engine's own value holds.
public record HealthOptions(
    Duration interval,
    Duration timeout,
    Duration startPeriod,
    Duration startInterval,
    int retries) {
  private static final Pattern PART =
      Pattern.compile("(\\d{1,15}(?:\\.\\d{0,15})?|\\.\\d{1,15})(ns|us|µs|μs|ms|s|m|h)");
  private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE);
  private static final Map<String, Long> NANOSECONDS =
      Map.of(
          "ns", 1L,
          "us", 1_000L,
          "µs", 1_000L,
          "μs", 1_000L,
          "ms", 1_000_000L,
          "s", 1_000_000_000L,
          "m", 60_000_000_000L,
          "h", 3_600_000_000_000L);

  static HealthOptions of(Map<String, Word> flags) throws ContainerfileException {
    return new HealthOptions(
        duration(flags, "interval"),
        duration(flags, "timeout"),
        duration(flags, "start-period"),
        duration(flags, "start-interval"),
        retries(flags));
  }

  private static int retries(Map<String, Word> flags) throws ContainerfileException {
    Word word = flags.get("retries");
    if (word == null || word.text().isEmpty()) {
      return 0;
    }
    if (!word.text().matches("\\d{1,9}")) {
      throw new ContainerfileException(
          word.location(), "--retries=" + word.text() + " is no number of tries, such as 3");
    }
    return Integer.parseInt(word.text());
  }

  private static Duration duration(Map<String, Word> flags, String name)
      throws ContainerfileException {
    Word word = flags.get(name);
    if (word == null || word.text().isEmpty() || word.text().equals("0")) {
      return Duration.ZERO;
    }
    BigDecimal sum = BigDecimal.ZERO;
    Matcher part = PART.matcher(word.text());
    int end = 0;
    while (end < word.text().length() && part.find(end) && part.start() == end) {
      BigDecimal unit = BigDecimal.valueOf(NANOSECONDS.getOrDefault(part.group(2), 1L));
      sum = sum.add(new BigDecimal(part.group(1)).multiply(unit));
      end = part.end();
    }
    if (end < word.text().length() || sum.compareTo(MOST) > 0) {
      throw new ContainerfileException(
          word.location(), "--" + name + "=" + word.text() + " is no time, such as 30s or 1m30s");
    }
    Duration duration = Duration.ofNanos(sum.setScale(0, RoundingMode.DOWN).longValueExact());
    if (!duration.isZero() && duration.compareTo(Duration.ofMillis(1)) < 0) {
      throw new ContainerfileException(
          word.location(), "--" + name + "=" + word.text() + " is less than a millisecond (1ms)");
    }
    return duration;
  }
}
