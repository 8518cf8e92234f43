package org.anyarch.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.anyarch.kernel.Replacement;

/// The file in which a resident holder says how it is, for probes of its container: a few lines of
/// `name value`.
public final class KeepStatus {
  public static final String USUAL = "/run/anyarch/keep";

  /// A machine under load may be late for a look; three missed ones are no accident.
  private static final int MISSED = 3;

  private KeepStatus() {}

  /// @param problem what is not as it should be; empty if the holder is ready
  public static void write(Path file, String problem, Duration interval, Instant now)
      throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Replacement.of(file)
        .write(
            "process "
                + ProcessHandle.current().pid()
                + "\nlooked "
                + now
                + "\ninterval "
                + interval.toSeconds()
                + "\nready "
                + problem.isEmpty()
                + "\nproblem "
                + problem.replace('\n', ' ')
                + "\n");
  }

  public static void remove(Path file) throws IOException {
    Files.deleteIfExists(file);
  }

  /// Why the holder is not alive, or not ready.
  ///
  /// @param ready whether it has to be ready as well
  public static Optional<String> objection(Path file, boolean ready, Instant now)
      throws IOException {
    if (!Files.exists(file)) {
      return Optional.of("no keep is at work: there is no " + file);
    }
    Map<String, String> lines = new HashMap<>();
    for (String line : Files.readAllLines(file)) {
      int blank = line.indexOf(' ');
      if (blank > 0) {
        lines.put(line.substring(0, blank), line.substring(blank + 1));
      }
    }
    try {
      long process = Long.parseLong(lines.getOrDefault("process", "0"));
      if (ProcessHandle.of(process).isEmpty()) {
        return Optional.of("keep (process " + process + ") has ended without a word");
      }
      Instant looked = Instant.parse(lines.getOrDefault("looked", ""));
      long seconds = Long.parseLong(lines.getOrDefault("interval", "5"));
      Duration silent = Duration.between(looked, now);
      if (silent.compareTo(Duration.ofSeconds(seconds * MISSED + 2)) > 0) {
        return Optional.of("keep has not looked for " + silent.toSeconds() + " seconds");
      }
    } catch (NumberFormatException | DateTimeParseException e) {
      return Optional.of(file + " was not written by keep");
    }
    if (ready && !lines.getOrDefault("ready", "").equals("true")) {
      return Optional.of("keep is not ready: " + lines.getOrDefault("problem", ""));
    }
    return Optional.empty();
  }
}
