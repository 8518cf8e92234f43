package org.anyarch.cli.progress;

import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;
import org.anyarch.build.Progress;
import org.anyarch.text.Printable;
import org.anyarch.text.Sizes;
import org.anyarch.twins.Execs;

/// What all views call things.
final class Words {
  /// What takes less and is smaller was there before anyone wondered.
  private static final long WORTH_BYTES = 8 << 20;

  private static final Duration WORTH_WAITING = Duration.ofSeconds(1);

  private Words() {}

  /// `[linux/arm64 stage-0 2/7]`.
  static String place(Progress.Place place) {
    return "[%s %s %d/%d]"
        .formatted(place.platform(), place.stage(), place.number(), place.count());
  }

  /// `[linux/arm64] ` and the text.
  static String about(String platform, String text) {
    return (platform.isEmpty() ? "" : "[" + platform + "] ") + Printable.line(text);
  }

  static String seconds(Duration elapsed) {
    return String.format(Locale.ROOT, "%.1f s", elapsed.toMillis() / 1000.0);
  }

  /// `, 412 programs, 96 % native`; empty if none is known of.
  static String programs(Execs execs) {
    return execs.count() == 0 ? "" : ", " + execs.inWords();
  }

  /// `1.2 MB / 3.4 MB`; empty if no bytes are known of.
  static String bytes(long current, OptionalLong total) {
    if (total.isPresent() && current <= total.getAsLong()) {
      return Sizes.shown(current) + " / " + Sizes.shown(total.getAsLong());
    }
    return current == 0 ? "" : Sizes.shown(current);
  }

  /// Whether people want to be told what a transfer came to.
  static boolean isWorthALine(long bytes, Duration elapsed) {
    return bytes >= WORTH_BYTES || elapsed.compareTo(WORTH_WAITING) >= 0;
  }
}
