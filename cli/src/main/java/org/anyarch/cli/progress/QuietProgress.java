package org.anyarch.cli.progress;

import java.time.Duration;
import org.anyarch.build.plan.PlannedStage;
import org.anyarch.build.plan.PlannedStep;

/// Says nothing: what failed is in the error.
public final class QuietProgress implements ProgressView {
  private static final Step SILENT =
      new Step() {
        @Override
        public void output(String line) {}

        @Override
        public void warning(String text) {}

        @Override
        public void done(Duration elapsed) {}

        @Override
        public void failed(Duration elapsed) {}
      };

  @Override
  public Step begin(PlannedStage stage, PlannedStep step, int number, int count) {
    return SILENT;
  }

  @Override
  public void cached(PlannedStage stage, PlannedStep step, int number, int count) {}

  @Override
  public void note(String platform, String text) {}
}
