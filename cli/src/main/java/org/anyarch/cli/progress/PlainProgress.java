package org.anyarch.cli.progress;

import java.io.PrintStream;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.anyarch.text.Printable;
import org.anyarch.twins.Execs;

/// One line an event, for logs. Of bytes on their way there is a line every few seconds.
public final class PlainProgress implements ProgressView {
  private static final Duration PERIOD = Duration.ofSeconds(5);

  private final PrintStream out;
  private final LongSupplier clock;

  public PlainProgress(PrintStream out) {
    this(out, System::nanoTime);
  }

  /// @param clock in nanoseconds
  PlainProgress(PrintStream out, LongSupplier clock) {
    this.out = out;
    this.clock = clock;
  }

  @Override
  public Step begin(Place place) {
    String prefix = Words.place(place);
    say(prefix, place.text());
    return new Step() {
      private String programs = "";

      @Override
      public void started(Execs execs) {
        programs = Words.programs(execs);
      }

      @Override
      public void output(String text) {
        say(prefix, "| " + text);
      }

      @Override
      public void warning(String text) {
        say(prefix, "warning: " + text);
      }

      @Override
      public Transfer transfer(String what, OptionalLong total) {
        return new Shown(prefix + " " + Printable.line(what), total);
      }

      @Override
      public void done(Duration elapsed) {
        say(prefix, "done in " + Words.seconds(elapsed) + programs);
      }

      @Override
      public void failed(Duration elapsed, String why) {
        say(prefix, "failed after " + Words.seconds(elapsed) + programs);
      }

      @Override
      public void stopped(Duration elapsed) {
        say(prefix, "stopped after " + Words.seconds(elapsed));
      }
    };
  }

  private void say(String prefix, String text) {
    out.println(prefix + " " + Printable.line(text));
  }

  @Override
  public void cached(Place place) {
    say(Words.place(place), "CACHED " + place.text());
  }

  @Override
  public Transfer transfer(String platform, String what, OptionalLong total) {
    return new Shown(Words.about(platform, what), total);
  }

  @Override
  public void note(String platform, String text) {
    out.println(Words.about(platform, text));
  }

  private final class Shown implements Transfer {
    private final String what;
    private final OptionalLong total;
    private final long start = clock.getAsLong();
    private long said = start;
    private long current;

    Shown(String what, OptionalLong total) {
      this.what = what;
      this.total = total;
    }

    @Override
    public synchronized void moved(long bytes) {
      current = bytes;
      long now = clock.getAsLong();
      if (now - said >= PERIOD.toNanos()) {
        said = now;
        out.println(what + " " + Words.bytes(current, total));
      }
    }

    @Override
    public synchronized void ended() {
      Duration elapsed = Duration.ofNanos(clock.getAsLong() - start);
      if (Words.isWorthALine(current, elapsed)) {
        String bytes = Words.bytes(current, total);
        out.println(what + (bytes.isEmpty() ? "" : " " + bytes) + " in " + Words.seconds(elapsed));
      }
    }
  }
}
