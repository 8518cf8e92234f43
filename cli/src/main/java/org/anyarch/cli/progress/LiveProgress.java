package org.anyarch.cli.progress;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.anyarch.build.plan.PlannedStage;
import org.anyarch.build.plan.PlannedStep;
import org.anyarch.kernel.Terminals;

/// Draws a [LiveView] on a terminal that understands the usual control sequences (ECMA-48).
public final class LiveProgress implements ProgressView {
  private static final long PERIOD_MILLIS = 100;
  private static final String ESCAPE = "\033[";

  /// From here on characters may be two columns wide (Unicode's East Asian Width).
  private static final int WIDE = 0x1100;

  private final PrintStream out;
  private final Supplier<Terminals.Size> size;
  private final boolean colours;
  private final LongSupplier clock;
  private final long start;
  private final LiveView view = new LiveView();
  private final ScheduledExecutorService ticker;
  private int drawn;

  /// @param size of the terminal, asked for whenever it is drawn
  /// @param colours whether lines may be coloured
  /// @param clock in nanoseconds
  LiveProgress(
      PrintStream out, Supplier<Terminals.Size> size, boolean colours, LongSupplier clock) {
    this.out = out;
    this.size = size;
    this.colours = colours;
    this.clock = clock;
    this.start = clock.getAsLong();
    this.ticker =
        Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().daemon().name("progress").unstarted(task));
  }

  /// One that draws itself from time to time until it is closed.
  public static LiveProgress start(
      PrintStream out, Supplier<Terminals.Size> size, boolean colours) {
    LiveProgress progress = new LiveProgress(out, size, colours, System::nanoTime);
    var _ =
        progress.ticker.scheduleAtFixedRate(
            progress::draw, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    return progress;
  }

  @Override
  public synchronized Step begin(PlannedStage stage, PlannedStep step, int number, int count) {
    LiveView.Running running =
        view.begin(
            stage.platform().toString(),
            Words.place(stage, number, count),
            step.text(),
            clock.getAsLong());
    return new Step() {
      @Override
      public void output(String line) {
        synchronized (LiveProgress.this) {
          view.output(running, line);
        }
      }

      @Override
      public void warning(String text) {
        synchronized (LiveProgress.this) {
          view.warning(running, text);
        }
      }

      @Override
      public void done(Duration elapsed) {
        synchronized (LiveProgress.this) {
          view.done(running, elapsed);
        }
      }

      @Override
      public void failed(Duration elapsed) {
        synchronized (LiveProgress.this) {
          view.failed(running, elapsed);
        }
      }
    };
  }

  @Override
  public synchronized void cached(PlannedStage stage, PlannedStep step, int number, int count) {
    view.cached(stage.platform().toString(), Words.place(stage, number, count), step.text());
  }

  @Override
  public synchronized void note(String platform, String text) {
    view.note(platform, text);
  }

  /// One write a picture, so that nothing flickers.
  synchronized void draw() {
    Terminals.Size now = size.get();
    draw(view.live(start, clock.getAsLong(), now.rows() - 1), now.columns());
  }

  private void draw(List<LiveView.Line> live, int columns) {
    StringBuilder picture = new StringBuilder();
    if (drawn > 0) {
      picture.append('\r').append(ESCAPE).append(drawn).append('A').append(ESCAPE).append('J');
    }
    view.settled().forEach(line -> picture.append(coloured(line, line.text())).append('\n'));
    for (LiveView.Line line : live) {
      picture.append(coloured(line, cut(line.text(), columns))).append('\n');
    }
    drawn = live.size();
    if (!picture.isEmpty()) {
      out.print(picture);
      out.flush();
    }
  }

  /// A line that wraps would take two rows, and the next picture would begin one row too low.
  private static String cut(String text, int columns) {
    int room = Math.max(1, columns - 1);
    int end = 0;
    while (end < text.length()) {
      int c = text.codePointAt(end);
      room -= c < WIDE ? 1 : 2;
      if (room < 0) {
        return text.substring(0, end);
      }
      end += Character.charCount(c);
    }
    return text;
  }

  private String coloured(LiveView.Line line, String text) {
    String code =
        switch (line.tone()) {
          case PLAIN -> "";
          case GOOD -> "32";
          case BAD -> "31";
          case FAINT -> "2";
          case STRONG -> "1";
        };
    return !colours || code.isEmpty() ? text : ESCAPE + code + "m" + text + ESCAPE + "0m";
  }

  /// Leaves the settled lines and takes the others away.
  @Override
  public void close() {
    ticker.shutdownNow();
    synchronized (this) {
      draw(List.of(), 1);
    }
  }
}
