package org.anyarch.cli;

import java.time.Clock;
import java.util.List;
import org.anyarch.cli.progress.LiveProgress;
import org.anyarch.cli.progress.PlainProgress;
import org.anyarch.cli.progress.ProgressView;
import org.anyarch.cli.progress.QuietProgress;
import org.anyarch.cli.progress.RawJsonProgress;
import org.anyarch.kernel.Terminals;

/// The options of `build` that say what is shown of it.
final class ProgressOptions {
  private static final Option PROGRESS =
      Option.of(
          "progress",
          "auto|tty|plain|rawjson|quiet",
          "how to show what is going on (default: auto, tty on a terminal and plain elsewhere)");
  private static final Option QUIET =
      Option.flag("quiet", "print nothing but the digest of the result").letter('q');

  static final List<Option> ALL = List.of(PROGRESS, QUIET);

  /// Of a terminal that does not tell.
  private static final Terminals.Size USUAL_SIZE = new Terminals.Size(80, 24);

  private ProgressOptions() {}

  /// @throws UsageException if there is no such mode
  static String mode(Arguments arguments) throws UsageException {
    String mode = arguments.has(QUIET) ? "quiet" : arguments.value(PROGRESS).orElse("auto");
    if (!List.of("auto", "tty", "plain", "rawjson", "quiet").contains(mode)) {
      throw new UsageException("--progress " + mode + ": auto, tty, plain, rawjson or quiet");
    }
    return mode;
  }

  static ProgressView view(String mode, Context context) {
    String terminal = context.environment().getOrDefault("TERM", "dumb");
    boolean able = Terminal.is(2) && !terminal.isEmpty() && !terminal.equals("dumb");
    return switch (mode.equals("auto") ? able ? "tty" : "plain" : mode) {
      case "tty" ->
          LiveProgress.start(
              context.err(),
              () -> context.kernel().get().terminals().size(2).orElse(USUAL_SIZE),
              able && context.environment().getOrDefault("NO_COLOR", "").isEmpty());
      case "rawjson" -> new RawJsonProgress(context.err(), Clock.systemUTC());
      case "quiet" -> new QuietProgress();
      default -> new PlainProgress(context.err());
    };
  }
}
