package org.anyarch.build;

import java.time.Duration;
import org.anyarch.build.plan.PlannedStage;
import org.anyarch.build.plan.PlannedStep;

/// Hears what a build does, from several threads.
public interface Progress {
  /// One step of one stage; all that is said of it comes through here.
  interface Step {
    /// A line that the step's program printed.
    void output(String line);

    /// Something the user should know though the build goes on.
    void warning(String text);

    void done(Duration elapsed);

    void failed(Duration elapsed);
  }

  /// A step begins.
  ///
  /// @param number its place in the stage, from 1
  /// @param count how many steps the stage has
  Step begin(PlannedStage stage, PlannedStep step, int number, int count);

  /// A step need not run: what it would come to is there.
  void cached(PlannedStage stage, PlannedStep step, int number, int count);

  /// Something outside of any step: unpacking a base image, writing a layer.
  void note(String platform, String text);
}
