package org.anyarch.cli;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Sizes and times as people write them; [org.anyarch.text.Sizes] shows them.
final class Amounts {
  private static final Map<String, Long> SIZES =
      Map.of("", 1L, "k", 1L << 10, "m", 1L << 20, "g", 1L << 30, "t", 1L << 40);

  private static final Pattern SIZE =
      Pattern.compile("(\\d{1,15}(?:\\.\\d{1,6})?)\\s?([kmgt]?)(i?b)?", Pattern.CASE_INSENSITIVE);

  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})([smhdw])");

  private Amounts() {}

  /// A size such as `20GB`, `512m` or `1.5GiB`. Units are powers of 1024, as docker's are.
  static long size(String text, String option) throws UsageException {
    Matcher matcher = SIZE.matcher(text);
    if (!matcher.matches()) {
      throw new UsageException(option + " " + text + " is no size; say for instance 20GB or 512MB");
    }
    long unit = SIZES.getOrDefault(matcher.group(2).toLowerCase(Locale.ROOT), 1L);
    BigDecimal size = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit));
    if (size.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      throw new UsageException(option + " " + text + " is larger than anything");
    }
    return size.longValue();
  }

  /// A size that is not 0; 0 if the option was not given.
  static long sizeOf(Arguments arguments, Option option) throws UsageException {
    Optional<String> text = arguments.value(option);
    if (text.isEmpty()) {
      return 0;
    }
    long size = size(text.get(), "--" + option.name());
    if (size == 0) {
      throw new UsageException("--" + option.name() + " " + text.get() + " is nothing");
    }
    return size;
  }

  /// A time such as `24h`, `1h30m` or `7d`.
  static Duration duration(String text, String option) throws UsageException {
    Matcher matcher = DURATION.matcher(text);
    Duration sum = Duration.ZERO;
    int end = 0;
    while (matcher.find() && matcher.start() == end) {
      long count = Long.parseLong(matcher.group(1));
      sum =
          sum.plus(
              switch (matcher.group(2)) {
                case "s" -> Duration.ofSeconds(count);
                case "m" -> Duration.ofMinutes(count);
                case "h" -> Duration.ofHours(count);
                case "d" -> Duration.ofDays(count);
                default -> Duration.ofDays(7 * count);
              });
      end = matcher.end();
    }
    if (text.isEmpty() || end != text.length()) {
      throw new UsageException(option + " " + text + " is no time; say for instance 24h or 7d");
    }
    return sum;
  }
}
