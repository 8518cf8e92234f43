package org.anyarch.build;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.anyarch.platform.Platform;
import org.anyarch.twins.Execs;
import org.anyarch.twins.UsedTwin;

/// Hears what a build does, from several threads, also from several at once. Each method does
/// nothing unless it is overridden; what it throws fails the build.
public interface Progress {
  /// Hears nothing.
  Progress NONE = new Progress() {};

  /// A step as people see it.
  ///
  /// @param stage the name of its stage
  /// @param number its place in the stage, from 1
  /// @param count how many steps the stage has
  /// @param text the instruction
  record Place(Platform platform, String stage, int number, int count, String text) {}

  /// One step of one stage; all that is said of it comes through here.
  interface Step {
    /// A line that the step's program printed, as it printed it: there may be control characters in
    /// it.
    default void output(String line) {}

    /// What the program has printed so far of a line that it has not ended: a question, a progress
    /// bar. More of it, another version, or the whole line follows.
    default void unfinished(String line) {}

    /// Something the user should know though the build goes on.
    default void warning(String text) {}

    /// The step moves many bytes: it copies files or unpacks an archive.
    ///
    /// @param total how many bytes there are, if that is known
    default Transfer transfer(String what, OptionalLong total) {
      return Transfer.UNHEARD;
    }

    /// Which programs of a foreign platform the step started; said before it ends, if it is known.
    default void started(Execs programs) {}

    default void done(Duration elapsed) {}

    /// @param why in words
    default void failed(Duration elapsed, String why) {}

    /// The step was ended since another one failed or the build was interrupted.
    default void stopped(Duration elapsed) {}
  }

  /// Bytes on their way.
  interface Transfer {
    Transfer UNHEARD = new Transfer() {};

    /// @param bytes how many have been moved up to now; said ten times a second at most
    default void moved(long bytes) {}

    /// No more are moved: all were, or the build fails.
    default void ended() {}
  }

  /// A step begins.
  default Step begin(Place place) {
    return new Step() {};
  }

  /// A step need not run: what it would come to is there.
  default void cached(Place place) {}

  /// Many bytes are moved outside of any step: a context is read, a base image unpacked, a file
  /// fetched, a layer packed.
  ///
  /// @param platform that it is done for; empty if for all
  /// @param total how many bytes there are, if that is known
  default Transfer transfer(String platform, String what, OptionalLong total) {
    return Transfer.UNHEARD;
  }

  /// Native twins that the result of a step was made with, now or by an earlier build.
  default void twins(Platform platform, List<UsedTwin> used) {}

  /// A step with twins that are compatible only was verified, and comes to something else without.
  ///
  /// @param step as it was written
  /// @param differences paths with what differs there, in words
  default void differences(Platform platform, String step, List<String> differences) {}

  /// Something else outside of any step.
  ///
  /// @param platform that it is about; empty if about all
  default void note(String platform, String text) {}
}
