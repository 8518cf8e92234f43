package org.anyarch.cli.report;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.anyarch.build.Progress;
import org.anyarch.twins.Execs;

/// Hears a build, for a page about it.
public final class BuildReport implements Progress {
  /// How a step ended; one that has not ended was running when the build did.
  enum State {
    RUNNING("running"),
    DONE("run"),
    CACHED("cached"),
    FAILED("failed"),
    STOPPED("stopped");

    private final String word;

    State(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  /// A step.
  ///
  /// @param start since the build began
  /// @param warnings what was said of it
  record Entry(
      Place place,
      Duration start,
      Duration elapsed,
      State state,
      Execs execs,
      List<String> warnings) {}

  private final LongSupplier clock;
  private final long began;
  private final List<Heard> steps = new ArrayList<>();

  /// @param clock in nanoseconds
  public BuildReport(LongSupplier clock) {
    this.clock = clock;
    this.began = clock.getAsLong();
  }

  private Duration now() {
    return Duration.ofNanos(clock.getAsLong() - began);
  }

  /// What has been heard of a step up to now.
  private final class Heard implements Step {
    private final Place place;
    private final Duration start = now();
    private final List<String> warnings = new ArrayList<>();
    private Duration elapsed = Duration.ZERO;
    private State state;
    private Execs execs = Execs.NONE;

    Heard(Place place, State state) {
      this.place = place;
      this.state = state;
    }

    @Override
    public synchronized void warning(String text) {
      warnings.add(text);
    }

    @Override
    public synchronized void started(Execs programs) {
      execs = programs;
    }

    @Override
    public void done(Duration took) {
      ended(State.DONE, took);
    }

    @Override
    public void failed(Duration took, String why) {
      warning(why);
      ended(State.FAILED, took);
    }

    @Override
    public void stopped(Duration took) {
      ended(State.STOPPED, took);
    }

    private synchronized void ended(State how, Duration took) {
      state = how;
      elapsed = took;
    }

    synchronized Entry entry(Duration now) {
      return new Entry(
          place,
          start,
          state == State.RUNNING ? now.minus(start) : elapsed,
          state,
          execs,
          List.copyOf(warnings));
    }
  }

  private synchronized Heard add(Place place, State state) {
    Heard heard = new Heard(place, state);
    steps.add(heard);
    return heard;
  }

  @Override
  public Step begin(Place place) {
    return add(place, State.RUNNING);
  }

  @Override
  public void cached(Place place) {
    add(place, State.CACHED);
  }

  /// The page.
  ///
  /// @param outcome of the build, in words
  public synchronized String html(String outcome) {
    Duration now = now();
    return new ReportPage(steps.stream().map(step -> step.entry(now)).toList(), now, outcome)
        .html();
  }
}
