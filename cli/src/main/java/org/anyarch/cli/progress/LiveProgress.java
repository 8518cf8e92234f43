package org.anyarch.cli.progress;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.anyarch.kernel.Terminals;
import org.anyarch.twins.Execs;

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

  /// The widths of the lines that are drawn anew: a terminal that became narrower since has wrapped
  /// them, and they take more rows.
  private final List<Integer> drawn = new ArrayList<>();

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
  public synchronized Step begin(Place place) {
    LiveView.Running running = view.begin(place, clock.getAsLong());
    return new Step() {
      @Override
      public void output(String line) {
        locked(() -> view.output(running, line));
      }

      @Override
      public void unfinished(String line) {
        locked(() -> view.unfinished(running, line));
      }

      @Override
      public void warning(String text) {
        locked(() -> view.warning(running, text));
      }

      @Override
      public Transfer transfer(String what, OptionalLong total) {
        synchronized (LiveProgress.this) {
          return shown(view.transfer(running, what, total, clock.getAsLong()));
        }
      }

      @Override
      public void started(Execs programs) {
        locked(() -> view.started(running, programs));
      }

      @Override
      public void done(Duration elapsed) {
        locked(() -> view.done(running, elapsed));
      }

      @Override
      public void failed(Duration elapsed, String why) {
        locked(() -> view.failed(running, elapsed));
      }

      @Override
      public void stopped(Duration elapsed) {
        locked(() -> view.stopped(running, elapsed));
      }
    };
  }

  private synchronized void locked(Runnable change) {
    change.run();
  }

  private Transfer shown(LiveView.Moving moving) {
    return new Transfer() {
      @Override
      public void moved(long bytes) {
        locked(() -> moving.moved(bytes));
      }

      @Override
      public void ended() {
        locked(() -> view.ended(moving, clock.getAsLong()));
      }
    };
  }

  @Override
  public synchronized void cached(Place place) {
    view.cached(place);
  }

  @Override
  public synchronized Transfer transfer(String platform, String what, OptionalLong total) {
    return shown(view.transfer(platform, what, total, clock.getAsLong()));
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
    int up = drawn.stream().mapToInt(width -> Math.max(1, Math.ceilDiv(width, columns))).sum();
    if (up > 0) {
      picture.append('\r').append(ESCAPE).append(up).append('A').append(ESCAPE).append('J');
    }
    view.settled().forEach(line -> picture.append(coloured(line, line.text())).append('\n'));
    drawn.clear();
    for (LiveView.Line line : live) {
      String text = cut(line.text(), columns);
      picture.append(coloured(line, text)).append('\n');
      drawn.add(width(text));
    }
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
      room -= width(c);
      if (room < 0) {
        return text.substring(0, end);
      }
      end += Character.charCount(c);
    }
    return text;
  }

  private static int width(String text) {
    return text.codePoints().map(LiveProgress::width).sum();
  }

  private static int width(int c) {
    return c < WIDE ? 1 : 2;
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
      draw(List.of(), size.get().columns());
    }
  }
}
