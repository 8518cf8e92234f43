package org.anyarch.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.anyarch.emulator.EmulatorException;
import org.anyarch.host.Grounds;
import org.anyarch.host.HostException;
import org.anyarch.host.Installation;
import org.anyarch.host.KeepStatus;
import org.anyarch.host.Keeper;
import org.anyarch.host.Report;
import org.anyarch.host.Request;
import org.anyarch.platform.Guest;

/// `anyarch host keep`.
final class HostKeep {
  private HostKeep() {}

  static int run(Arguments arguments, List<String> operands, Context context)
      throws UsageException,
          CommandException,
          HostException,
          EmulatorException,
          IOException,
          InterruptedException {
    Path file =
        context
            .workingFolder()
            .resolve(arguments.value(HostOptions.STATUS_FILE).orElse(KeepStatus.USUAL));
    if (arguments.has(HostOptions.READY) || arguments.has(HostOptions.LIVE)) {
      Optional<String> objection =
          KeepStatus.objection(file, arguments.has(HostOptions.READY), Instant.now());
      objection.ifPresent(o -> context.err().println("anyarch host: " + o));
      return objection.isPresent() ? ExitCode.FAILED : ExitCode.DONE;
    }
    Duration interval = interval(arguments);
    Thread keeping = Thread.currentThread();
    context.ending().hold(keeping::interrupt);
    Optional<List<Guest>> required = HostInstall.required(arguments);
    Grounds grounds = HostOptions.grounds(arguments, context);
    Request request = HostInstall.request(arguments, operands, true);
    Installation.Done done = HostInstall.installation(grounds, context).install(request);
    Report report = done.report();
    HostInstall.print(report, context);
    Optional<String> lacking =
        HostInstall.works(report, required)
            ? Optional.empty()
            : Optional.of("a platform that is wanted does not work");
    try (Keeper keeper =
        Keeper.of(
            context.kernel(),
            grounds,
            done.ground(),
            report,
            request.lease(),
            line -> log(line, context))) {
      // What the install left would stay in memory for as long as we do.
      System.gc();
      log("holding " + keeper.size() + " handlers", context);
      keep(keeper, file, interval, lacking, context);
    } finally {
      KeepStatus.remove(file);
    }
    log(report.lasts() ? "ended; the handlers stay" : "ended, and the handlers with it", context);
    return ExitCode.DONE;
  }

  /// Until somebody interrupts.
  private static void keep(
      Keeper keeper, Path file, Duration interval, Optional<String> lacking, Context context)
      throws IOException {
    String last = "";
    try {
      while (true) {
        String problem = keeper.look().or(() -> lacking).orElse("");
        if (!problem.equals(last)) {
          log(problem.isEmpty() ? "all is well again" : problem, context);
          last = problem;
        }
        KeepStatus.write(file, problem, interval, Instant.now());
        Thread.sleep(interval);
      }
    } catch (InterruptedException ended) {
      log("told to end", context);
    }
  }

  private static void log(String line, Context context) {
    context
        .err()
        .println(
            Instant.now().truncatedTo(ChronoUnit.SECONDS)
                + " anyarch keep: "
                + HostList.shown(line));
  }

  private static Duration interval(Arguments arguments) throws UsageException {
    String text = arguments.value(HostOptions.INTERVAL).orElse("5");
    if (!text.matches("[1-9]\\d{0,4}")) {
      throw new UsageException("--interval " + text + ": a number of seconds, at least 1");
    }
    return Duration.ofSeconds(Long.parseLong(text));
  }
}
