package org.anyarch.cli.progress;

import java.io.PrintStream;
import java.time.Duration;
import org.anyarch.build.plan.PlannedStage;
import org.anyarch.build.plan.PlannedStep;

/// One line an event, for logs.
public final class PlainProgress implements ProgressView {
  private final PrintStream out;

  public PlainProgress(PrintStream out) {
    this.out = out;
  }

  @Override
  public Step begin(PlannedStage stage, PlannedStep step, int number, int count) {
    String prefix = "[" + Words.place(stage, number, count) + "]";
    out.println(prefix + " " + step.text());
    return new Step() {
      @Override
      public void output(String text) {
        out.println(prefix + " | " + text);
      }

      @Override
      public void warning(String text) {
        out.println(prefix + " warning: " + text);
      }

      @Override
      public void done(Duration elapsed) {
        out.println(prefix + " done in " + Words.seconds(elapsed));
      }

      @Override
      public void failed(Duration elapsed) {
        out.println(prefix + " failed after " + Words.seconds(elapsed));
      }
    };
  }

  @Override
  public void cached(PlannedStage stage, PlannedStep step, int number, int count) {
    out.println("[" + Words.place(stage, number, count) + "] CACHED " + step.text());
  }

  @Override
  public void note(String platform, String text) {
    out.println((platform.isEmpty() ? "" : "[" + platform + "] ") + text);
  }
}
