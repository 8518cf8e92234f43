package org.anyarch.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import org.anyarch.build.Progress;
import org.anyarch.build.plan.PlannedStage;
import org.anyarch.build.plan.PlannedStep;

/// Progress as lines, each complete in itself, so that platforms built side by side can be told
/// apart.
final class PlainProgress implements Progress {
  private final PrintStream out;
  private final boolean quiet;

  PlainProgress(PrintStream out, boolean quiet) {
    this.out = out;
    this.quiet = quiet;
  }

  @Override
  public Step begin(PlannedStage stage, PlannedStep step, int number, int count) {
    String prefix = prefix(stage, number, count);
    line(prefix + " " + step.text());
    return new Step() {
      @Override
      public void output(String text) {
        line(prefix + " | " + text);
      }

      @Override
      public void warning(String text) {
        line(prefix + " warning: " + text);
      }

      @Override
      public void done(Duration elapsed) {
        line(prefix + " done in " + seconds(elapsed));
      }

      @Override
      public void failed(Duration elapsed) {
        line(prefix + " failed after " + seconds(elapsed));
      }
    };
  }

  @Override
  public void cached(PlannedStage stage, PlannedStep step, int number, int count) {
    line(prefix(stage, number, count) + " CACHED " + step.text());
  }

  private static String prefix(PlannedStage stage, int number, int count) {
    return "[%s %s %d/%d]".formatted(stage.platform(), stage.name(), number, count);
  }

  @Override
  public void note(String platform, String text) {
    line((platform.isEmpty() ? "" : "[" + platform + "] ") + text);
  }

  private static String seconds(Duration elapsed) {
    return String.format(Locale.ROOT, "%.1f s", elapsed.toMillis() / 1000.0);
  }

  private void line(String text) {
    if (!quiet) {
      out.println(text);
    }
  }
}
