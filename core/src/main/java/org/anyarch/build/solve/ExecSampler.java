package org.anyarch.build.solve;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.anyarch.twins.ExecLog;

/// Looks at fixed times which processes below one are at work: those that run or want to, and those
/// that wait for a disk. How often a program is seen so, times the period, tells how long it was at
/// work, however short its processes are: those of many are seen now and then.
final class ExecSampler implements AutoCloseable {
  static final Duration PERIOD = Duration.ofMillis(20);

  /// From here on nothing more is noted: some hours of a busy step.
  private static final int MOST = 1 << 20;

  private static final Path PROC = Path.of("/proc");
  private static final int DEEPEST = 32;

  private record Seen(int parent, char state) {}

  private final long root;
  private final ScheduledExecutorService ticker;
  private final List<ExecLog.Sample> samples = new ArrayList<>();

  /// A process's number as it sees it itself, by the number that we see.
  private final Map<Integer, Integer> own = new HashMap<>();

  private ExecSampler(long root) {
    this.root = root;
    this.ticker =
        Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().daemon().name("sampler").unstarted(task));
  }

  /// Looks at what is below that process until it is closed.
  static ExecSampler below(long process) {
    ExecSampler sampler = new ExecSampler(process);
    var _ =
        sampler.ticker.scheduleAtFixedRate(
            sampler::look, 0, PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    return sampler;
  }

  private void look() {
    long now = System.nanoTime();
    Map<Integer, Seen> all = new HashMap<>();
    String[] names = PROC.toFile().list();
    for (String name : names == null ? new String[0] : names) {
      if (Character.isDigit(name.charAt(0))) {
        seen(name, all);
      }
    }
    own.keySet().retainAll(all.keySet());
    all.forEach(
        (pid, process) -> {
          if (process.state() == 'R' || process.state() == 'D') {
            note(now, pid, all);
          }
        });
  }

  private void note(long now, int pid, Map<Integer, Seen> all) {
    List<Integer> line = new ArrayList<>();
    int at = pid;
    while (at != root) {
      Seen process = all.get(at);
      if (process == null || line.size() == DEEPEST) {
        return;
      }
      line.add(at);
      at = process.parent();
    }
    synchronized (samples) {
      if (samples.size() < MOST) {
        samples.add(new ExecLog.Sample(now, line.stream().map(this::own).toList()));
      }
    }
  }

  /// proc(5): the name, which may hold anything, is in parentheses; the state and the parent
  /// follow.
  private static void seen(String pid, Map<Integer, Seen> all) {
    String stat = read(PROC.resolve(pid).resolve("stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", 3);
    if (fields.length == 3) {
      all.put(Integer.valueOf(pid), new Seen(Integer.parseInt(fields[1]), fields[0].charAt(0)));
    }
  }

  private int own(int pid) {
    return own.computeIfAbsent(
        pid,
        _ ->
            read(PROC.resolve(String.valueOf(pid)).resolve("status"))
                .lines()
                .filter(line -> line.startsWith("NSpid:"))
                .map(line -> Integer.valueOf(line.substring(line.lastIndexOf('\t') + 1)))
                .findFirst()
                .orElse(0));
  }

  /// Empty if the process has ended meanwhile.
  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }

  /// What was seen up to now.
  List<ExecLog.Sample> samples() {
    synchronized (samples) {
      return List.copyOf(samples);
    }
  }

  @Override
  public void close() {
    ticker.shutdownNow();
  }
}
