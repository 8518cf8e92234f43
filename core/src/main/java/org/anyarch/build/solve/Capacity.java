package org.anyarch.build.solve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How much a machine can do at once.
///
/// @param cores that this process may use
/// @param bytes of memory that are free, or can be made so without swapping
public record Capacity(int cores, long bytes) {
  /// What a compiler or linker takes; with less for each, steps at once would be slower than one
  /// after the other, or be killed.
  private static final long PER_STEP = 512L << 20;

  private static final Pattern AVAILABLE =
      Pattern.compile("^MemAvailable: +(\\d{1,15}) kB$", Pattern.MULTILINE);

  /// Also inside a container with limits of its own.
  public static Capacity ofThisMachine() throws IOException {
    long bytes = available(Files.readString(Path.of("/proc/meminfo")));
    OptionalLong limit = number(Path.of("/sys/fs/cgroup/memory.max"));
    OptionalLong used = number(Path.of("/sys/fs/cgroup/memory.current"));
    if (limit.isPresent() && used.isPresent()) {
      bytes = Math.min(bytes, limit.getAsLong() - used.getAsLong());
    }
    return new Capacity(Runtime.getRuntime().availableProcessors(), bytes);
  }

  /// How many steps run at once: one a core, as long as each has half a gigabyte; at least one.
  public int steps() {
    return Math.clamp(bytes / PER_STEP, 1, cores);
  }

  static long available(String meminfo) {
    Matcher matcher = AVAILABLE.matcher(meminfo);
    // Linux has said so since 3.14.
    return matcher.find() ? Long.parseLong(matcher.group(1)) << 10 : Long.MAX_VALUE;
  }

  /// Of a control group's file; the outermost group has none, and `max` is no limit.
  private static OptionalLong number(Path file) throws IOException {
    try {
      String text = Files.readString(file).strip();
      return text.matches("\\d{1,18}")
          ? OptionalLong.of(Long.parseLong(text))
          : OptionalLong.empty();
    } catch (NoSuchFileException e) {
      return OptionalLong.empty();
    }
  }
}
