package org.anyarch.cli.progress;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// What a terminal shows of a build at one moment. Lines above stay; those below are drawn anew
/// until their step has ended. Knows the time only as it is told, and nothing of terminals.
final class LiveView {
  /// How much of what a program printed is kept for the case that it fails.
  private static final int KEPT = 200;

  /// How many of the last lines of a running program are shown.
  private static final int SHOWN = 6;

  private final List<Running> running = new ArrayList<>();
  private final List<Line> settled = new ArrayList<>();
  private final Set<String> platforms = new LinkedHashSet<>();
  private int done;
  private int cached;

  /// How a line is to be drawn.
  enum Tone {
    PLAIN,
    GOOD,
    BAD,
    FAINT,
    STRONG
  }

  record Line(Tone tone, String text) {}

  /// A step that has not ended.
  static final class Running {
    private final String place;
    private final String text;
    private final long start;
    private final Deque<String> log = new ArrayDeque<>();
    private int lines;

    private Running(String place, String text, long start) {
      this.place = place;
      this.text = text;
      this.start = start;
    }
  }

  Running begin(String platform, String place, String text, long now) {
    Running step = new Running(place, Words.shown(text), now);
    platforms.add(platform);
    running.add(step);
    return step;
  }

  void cached(String platform, String place, String text) {
    platforms.add(platform);
    cached++;
    settled.add(new Line(Tone.FAINT, "[" + place + "] CACHED " + Words.shown(text)));
  }

  void output(Running step, String line) {
    step.lines++;
    step.log.addLast(Words.shown(line));
    if (step.log.size() > KEPT) {
      step.log.removeFirst();
    }
  }

  void warning(Running step, String text) {
    settled.add(new Line(Tone.STRONG, "[" + step.place + "] warning: " + Words.shown(text)));
  }

  void note(String platform, String text) {
    String place = platform.isEmpty() ? "" : "[" + platform + "] ";
    settled.add(new Line(Tone.PLAIN, place + Words.shown(text)));
  }

  void done(Running step, Duration elapsed) {
    running.remove(step);
    done++;
    settled.add(
        new Line(Tone.GOOD, "[" + step.place + "] " + step.text + "  " + Words.seconds(elapsed)));
  }

  /// What the step printed stays on the screen.
  void failed(Running step, Duration elapsed) {
    running.remove(step);
    settled.add(
        new Line(
            Tone.BAD,
            "[" + step.place + "] " + step.text + "  failed after " + Words.seconds(elapsed)));
    int left = step.lines - step.log.size();
    if (left > 0) {
      settled.add(new Line(Tone.FAINT, "  ... " + left + " lines before these"));
    }
    step.log.forEach(line -> settled.add(new Line(Tone.PLAIN, "  " + line)));
  }

  /// What was settled since the last call.
  List<Line> settled() {
    List<Line> lines = List.copyOf(settled);
    settled.clear();
    return lines;
  }

  /// The part that is drawn anew, at most `rows` lines: steps first, then as much of their last
  /// output as there is room for.
  List<Line> live(long start, long now, int rows) {
    if (running.isEmpty() || rows < 1) {
      return List.of();
    }
    List<Line> lines = new ArrayList<>();
    lines.add(new Line(Tone.STRONG, head(start, now)));
    int steps = Math.min(running.size(), Math.max(0, rows - 1));
    int room = rows - 1 - steps;
    for (Running step : running.subList(0, steps)) {
      String elapsed = Words.seconds(Duration.ofNanos(now - step.start));
      lines.add(new Line(Tone.PLAIN, "[" + step.place + "] " + elapsed + "  " + step.text));
      int few = Math.min(Math.min(SHOWN, step.log.size()), room);
      List<String> log = new ArrayList<>(step.log);
      for (String line : log.subList(log.size() - few, log.size())) {
        lines.add(new Line(Tone.FAINT, "  | " + line));
      }
      room -= few;
    }
    return lines;
  }

  private String head(long start, long now) {
    return "building "
        + platforms.size()
        + (platforms.size() == 1 ? " platform" : " platforms")
        + ", "
        + running.size()
        + (running.size() == 1 ? " step" : " steps")
        + " running, "
        + done
        + " done"
        + (cached == 0 ? "" : ", " + cached + " cached")
        + ", "
        + Words.seconds(Duration.ofNanos(now - start));
  }
}
