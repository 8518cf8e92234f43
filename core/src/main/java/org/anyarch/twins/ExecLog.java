package org.anyarch.twins;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.anyarch.text.Printable;

/// What the dispatcher noted of the programs that a container started (`execs.h` of the native
/// module). The container could write to the file too, so there may be anything in it, and any
/// amount: no more is read than the dispatcher writes, and what makes no sense is passed over.
public final class ExecLog {
  /// Where a container sees the file.
  public static final String TARGET = Twins.TARGET + "/execs";

  private static final int RECORD = 128;
  private static final int WHEN = 0;
  private static final int PID = 8;
  private static final int OUTCOME = 12;
  private static final int PATH = 16;
  private static final int VARIABLE = 104;
  private static final int LIMIT = (128 << 20) / RECORD;

  /// More different ones are counted together.
  private static final int MOST_PROGRAMS = 4096;

  private static final Key OTHERS = new Key("(others)", Execs.Outcome.NO_TWIN, "");

  private record Key(String path, Execs.Outcome outcome, String variable) {}

  /// A process that somebody saw at work.
  ///
  /// @param when on the clock of [System#nanoTime]
  /// @param line its number and those of its ancestors, as they see them themselves
  public record Sample(long when, List<Integer> line) {
    public Sample {
      line = List.copyOf(line);
    }
  }

  /// Since then a process has run that program.
  private record Begin(long when, Key program) {}

  private final boolean sampled;
  private final Map<Key, Long> counts = new LinkedHashMap<>();
  private final Map<Integer, List<Begin>> begins = new HashMap<>();
  private boolean whole = true;

  private ExecLog(boolean sampled) {
    this.sampled = sampled;
  }

  public static Execs read(Path file) throws IOException {
    return new ExecLog(false).counted(file).execs(Map.of());
  }

  /// With times: each sample stands for `period` of work of the program that its process ran then.
  public static Execs read(Path file, List<Sample> samples, Duration period) throws IOException {
    ExecLog log = new ExecLog(true).counted(file);
    Map<Key, Duration> times = new HashMap<>();
    for (Sample sample : samples) {
      log.seen(sample).ifPresent(program -> times.merge(program, period, Duration::plus));
    }
    return log.execs(times);
  }

  /// A process that has not executed anything runs what the one does that it is a copy of.
  private Optional<Key> seen(Sample sample) {
    for (int pid : sample.line()) {
      Optional<Key> program =
          begins.getOrDefault(pid, List.of()).reversed().stream()
              .filter(begin -> begin.when() <= sample.when())
              .map(Begin::program)
              .findFirst();
      if (program.isPresent()) {
        return program;
      }
    }
    return Optional.empty();
  }

  private ExecLog counted(Path file) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      count(in);
    }
    return this;
  }

  private void count(InputStream in) throws IOException {
    for (int read = 0; read < LIMIT; read++) {
      byte[] record = in.readNBytes(RECORD);
      if (record.length < RECORD) {
        whole &= record.length == 0;
        return;
      }
      add(ByteBuffer.wrap(record).order(ByteOrder.nativeOrder()));
    }
    whole = false;
  }

  private void add(ByteBuffer record) {
    int outcome = record.getInt(OUTCOME);
    String path = text(record, PATH, VARIABLE);
    Execs.Outcome[] outcomes = Execs.Outcome.values();
    if (record.getLong(WHEN) < 0
        || record.getInt(PID) <= 0
        || outcome < 0
        || outcome >= outcomes.length
        || path.isEmpty()) {
      whole = false;
      return;
    }
    if (outcomes[outcome] == Execs.Outcome.NOT_STARTED) {
      counts.computeIfPresent(
          new Key(path, Execs.Outcome.NATIVE, ""), (_, count) -> count == 1 ? null : count - 1);
    }
    Key key = new Key(path, outcomes[outcome], text(record, VARIABLE, RECORD));
    if (counts.size() >= MOST_PROGRAMS && !counts.containsKey(key)) {
      whole = false;
      key = OTHERS;
    }
    counts.merge(key, 1L, Long::sum);
    if (sampled) {
      begins
          .computeIfAbsent(record.getInt(PID), _ -> new ArrayList<>(1))
          .add(new Begin(record.getLong(WHEN), key));
    }
  }

  private static String text(ByteBuffer record, int from, int to) {
    int end = from;
    while (end < to && record.get(end) != 0) {
      end++;
    }
    byte[] bytes = new byte[end - from];
    record.get(from, bytes);
    return Printable.line(new String(bytes, StandardCharsets.UTF_8));
  }

  private Execs execs(Map<Key, Duration> times) {
    List<Execs.Program> programs = new ArrayList<>();
    counts.forEach(
        (key, count) ->
            programs.add(
                new Execs.Program(
                    key.path(),
                    key.outcome(),
                    key.variable(),
                    count,
                    times.getOrDefault(key, Duration.ZERO),
                    "")));
    programs.sort(
        Comparator.comparingLong(Execs.Program::count)
            .reversed()
            .thenComparing(Execs.Program::path)
            .thenComparing(Execs.Program::outcome));
    return new Execs(programs, whole, sampled);
  }
}
