package org.anyarch.cli.progress;

import java.time.Duration;
import java.util.Locale;
import org.anyarch.build.plan.PlannedStage;

/// What all views call things.
final class Words {
  private Words() {}

  /// `linux/arm64 stage-0 2/7`.
  static String place(PlannedStage stage, int number, int count) {
    return "%s %s %d/%d".formatted(stage.platform(), stage.name(), number, count);
  }

  static String seconds(Duration elapsed) {
    return String.format(Locale.ROOT, "%.1f s", elapsed.toMillis() / 1000.0);
  }

  /// Without what would steer a terminal; a tab is a space.
  static String shown(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    text.codePoints()
        .forEach(c -> plain.appendCodePoint(c == '\t' ? ' ' : Character.isISOControl(c) ? '?' : c));
    return plain.toString();
  }
}
