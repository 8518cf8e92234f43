package org.anyarch.session;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// This process's resource limits, by the names that engines have for them.
public final class Limits {
  private static final String FILES = "nofile";

  /// What /proc/PID/limits calls them (proc_pid_limits(5)).
  private static final Map<String, String> TITLES =
      Map.ofEntries(
          Map.entry("core", "Max core file size"),
          Map.entry("cpu", "Max cpu time"),
          Map.entry("data", "Max data size"),
          Map.entry("fsize", "Max file size"),
          Map.entry("locks", "Max file locks"),
          Map.entry("memlock", "Max locked memory"),
          Map.entry("msgqueue", "Max msgqueue size"),
          Map.entry("nice", "Max nice priority"),
          Map.entry(FILES, "Max open files"),
          Map.entry("nproc", "Max processes"),
          Map.entry("rss", "Max resident set"),
          Map.entry("rtprio", "Max realtime priority"),
          Map.entry("rttime", "Max realtime timeout"),
          Map.entry("sigpending", "Max pending signals"),
          Map.entry("stack", "Max stack size"));

  private static final Pattern LINE =
      Pattern.compile("(.+?)  +(unlimited|\\d+) +(unlimited|\\d+)( .*)?");

  private final Map<String, Confinement.Limit> limits = new HashMap<>();

  private Limits() {}

  /// Those of this process.
  public static Limits own() throws IOException {
    return parse(Files.readAllLines(Path.of("/proc/self/limits")));
  }

  static Limits parse(List<String> lines) {
    Limits found = new Limits();
    for (String line : lines) {
      Matcher matcher = LINE.matcher(line);
      if (matcher.matches()) {
        TITLES.forEach(
            (name, title) -> {
              if (title.equals(matcher.group(1))) {
                found.limits.put(
                    name,
                    Confinement.Limit.of(name, number(matcher.group(2)), number(matcher.group(3))));
              }
            });
      }
    }
    return found;
  }

  private static long number(String text) {
    return text.equals("unlimited") ? -1 : Long.parseLong(text);
  }

  /// Whether there is a limit of this name at all.
  public static boolean isKnown(String name) {
    return TITLES.containsKey(name);
  }

  public Optional<Confinement.Limit> limit(String name) {
    return Optional.ofNullable(limits.get(name));
  }

  /// The limits that a container is to have, where runtimes would not pass on the caller's: the Go
  /// runtime raises its own limit of open files, and old runc hands that on.
  List<Confinement.Limit> with(List<Confinement.Limit> wanted) {
    Optional<Confinement.Limit> files = limit(FILES);
    if (files.isEmpty() || wanted.stream().anyMatch(l -> l.name().equals(files.get().name()))) {
      return wanted;
    }
    List<Confinement.Limit> all = new ArrayList<>(wanted);
    all.add(files.get());
    return all;
  }
}
