package org.anyarch.cli.progress;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.anyarch.build.Progress;
import org.anyarch.text.Printable;
import org.anyarch.twins.Execs;

/// What a terminal shows of a build at one moment. Lines above stay; those below are drawn anew
/// until their step has ended. Knows the time only as it is told, and nothing of terminals.
final class LiveView {
  /// How much of what a program printed is kept for the case that it fails.
  private static final int KEPT = 200;

  /// How many of the last lines of a running program are shown.
  private static final int SHOWN = 6;

  private final List<Running> running = new ArrayList<>();
  private final List<Moving> moving = new ArrayList<>();
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
    private final List<Moving> moving = new ArrayList<>();
    private String unfinished = "";
    private String programs = "";
    private int lines;

    private Running(Progress.Place place, long start) {
      this.place = Words.place(place);
      this.text = Printable.line(place.text());
      this.start = start;
    }

    private List<String> last(int count) {
      List<String> last = new ArrayList<>(log);
      if (!unfinished.isEmpty()) {
        last.add(Printable.line(unfinished));
      }
      return last.subList(Math.max(0, last.size() - count), last.size());
    }
  }

  /// Bytes on their way.
  static final class Moving {
    private final String what;
    private final OptionalLong total;
    private final long start;
    private long current;

    private Moving(String what, OptionalLong total, long start) {
      this.what = what;
      this.total = total;
      this.start = start;
    }

    void moved(long bytes) {
      current = bytes;
    }

    private String bytes() {
      String bytes = Words.bytes(current, total);
      return bytes.isEmpty() ? "" : "  " + bytes;
    }
  }

  Running begin(Progress.Place place, long now) {
    Running step = new Running(place, now);
    platforms.add(place.platform().toString());
    running.add(step);
    return step;
  }

  void cached(Progress.Place place) {
    platforms.add(place.platform().toString());
    cached++;
    settle(Tone.FAINT, Words.place(place) + " CACHED " + Printable.line(place.text()));
  }

  private void settle(Tone tone, String text) {
    settled.add(new Line(tone, text));
  }

  void output(Running step, String line) {
    step.lines++;
    step.unfinished = "";
    step.log.addLast(Printable.line(line));
    if (step.log.size() > KEPT) {
      step.log.removeFirst();
    }
  }

  void unfinished(Running step, String line) {
    step.unfinished = line;
  }

  void warning(Running step, String text) {
    settle(Tone.STRONG, step.place + " warning: " + Printable.line(text));
  }

  void note(String platform, String text) {
    settle(Tone.PLAIN, Words.about(platform, text));
  }

  Moving transfer(String platform, String what, OptionalLong total, long now) {
    Moving next = new Moving(Words.about(platform, what), total, now);
    moving.add(next);
    return next;
  }

  /// What a step moves is shown in its own line.
  Moving transfer(Running step, String what, OptionalLong total, long now) {
    Moving next = new Moving(step.place + " " + Printable.line(what), total, now);
    step.moving.add(next);
    return next;
  }

  void ended(Moving transfer, long now) {
    moving.remove(transfer);
    running.forEach(step -> step.moving.remove(transfer));
    Duration elapsed = Duration.ofNanos(now - transfer.start);
    if (Words.isWorthALine(transfer.current, elapsed)) {
      settle(Tone.PLAIN, transfer.what + transfer.bytes() + "  " + Words.seconds(elapsed));
    }
  }

  void started(Running step, Execs programs) {
    step.programs = Words.programs(programs);
  }

  void done(Running step, Duration elapsed) {
    running.remove(step);
    done++;
    settle(Tone.GOOD, step.place + " " + step.text + "  " + Words.seconds(elapsed) + step.programs);
  }

  void stopped(Running step, Duration elapsed) {
    running.remove(step);
    settle(Tone.FAINT, step.place + " " + step.text + "  stopped after " + Words.seconds(elapsed));
  }

  /// What the step printed stays on the screen.
  void failed(Running step, Duration elapsed) {
    running.remove(step);
    settle(
        Tone.BAD,
        step.place + " " + step.text + "  failed after " + Words.seconds(elapsed) + step.programs);
    int left = step.lines - step.log.size();
    if (left > 0) {
      settle(Tone.FAINT, "  ... " + left + " lines before these");
    }
    step.last(KEPT).forEach(line -> settle(Tone.PLAIN, "  " + line));
  }

  /// What was settled since the last call.
  List<Line> settled() {
    List<Line> lines = List.copyOf(settled);
    settled.clear();
    return lines;
  }

  /// The part that is drawn anew, at most `rows` lines: transfers and steps first, then as much of
  /// the steps' last output as there is room for.
  List<Line> live(long start, long now, int rows) {
    if ((running.isEmpty() && moving.isEmpty()) || rows < 1) {
      return List.of();
    }
    List<Line> lines = new ArrayList<>();
    lines.add(new Line(Tone.STRONG, head(start, now)));
    for (Moving transfer : moving.subList(0, Math.min(moving.size(), rows - 1))) {
      lines.add(
          new Line(
              Tone.PLAIN, transfer.what + "  " + elapsed(transfer.start, now) + transfer.bytes()));
    }
    int steps = Math.min(running.size(), rows - lines.size());
    int room = rows - lines.size() - steps;
    for (Running step : running.subList(0, steps)) {
      String bytes = step.moving.isEmpty() ? "" : step.moving.getLast().bytes();
      lines.add(
          new Line(
              Tone.PLAIN, step.place + " " + elapsed(step.start, now) + bytes + "  " + step.text));
      List<String> last = step.last(Math.min(SHOWN, room));
      last.forEach(line -> lines.add(new Line(Tone.FAINT, "  | " + line)));
      room -= last.size();
    }
    return lines;
  }

  private static String elapsed(long start, long now) {
    return Words.seconds(Duration.ofNanos(now - start));
  }

  private String head(long start, long now) {
    List<String> parts = new ArrayList<>();
    parts.add(platforms.isEmpty() ? "building" : "building " + count(platforms.size(), "platform"));
    if (!running.isEmpty()) {
      parts.add(count(running.size(), "step") + " running");
    }
    parts.add(done + " done");
    if (cached > 0) {
      parts.add(cached + " cached");
    }
    parts.add(elapsed(start, now));
    return String.join(", ", parts);
  }

  private static String count(int number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }
}
