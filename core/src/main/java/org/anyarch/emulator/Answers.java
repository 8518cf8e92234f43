package org.anyarch.emulator;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What files say when they are asked for their version, each asked once: to start thirty emulators
/// takes longer than all the rest of `exec`. An answer holds as long as the file is the same (path,
/// inode, size, times). Kept in a file of lines `IDENTITY TAB ANSWER TAB PATH`, the latest last;
/// where that cannot be read or written, files are just asked again.
final class Answers {
  private static final Pattern VERSION = Pattern.compile("qemu-\\S+ version \\S+");
  private static final int SECONDS = 10;
  private static final int MOST = 500;
  private static final int LARGEST = 1 << 20;

  private final Path memory;
  private @Nullable String remembered;
  private final StringBuilder heard = new StringBuilder();

  Answers(Path memory) {
    this.memory = memory;
  }

  /// What was answered before.
  ///
  /// @param file a path without links
  Optional<String> known(Path file) throws IOException {
    String text = remembered();
    String start = "\n" + identity(file) + "\t";
    // Searched as text: a start-up has no time to take it apart.
    int line = text.lastIndexOf(start);
    if (line < 0) {
      return Optional.empty();
    }
    int answer = line + start.length();
    int path = text.indexOf('\t', answer) + 1;
    int end = text.indexOf('\n', answer);
    return path > 0 && path <= end && text.substring(path, end).equals(file.toString())
        ? Optional.of(text.substring(answer, path - 1))
        : Optional.empty();
  }

  /// Asks: `qemu-GUEST version X`, or nothing if the file does not say so.
  ///
  /// @param file a path without links
  /// @throws EmulatorException if it cannot be started or does not end
  String hear(Path file) throws EmulatorException, IOException, InterruptedException {
    String before = identity(file);
    String answer = ask(file);
    // Whatever went wrong may have passed by the next time.
    if (!answer.isEmpty() && identity(file).equals(before) && file.toString().indexOf('\n') < 0) {
      heard.append(before).append('\t').append(answer).append('\t').append(file).append('\n');
    }
    return answer;
  }

  private static String identity(Path file) throws IOException {
    Map<String, Object> facts =
        Files.readAttributes(file, "unix:dev,ino,size,lastModifiedTime,ctime");
    return facts.get("dev")
        + ":"
        + facts.get("ino")
        + ":"
        + facts.get("size")
        + ":"
        + nanoseconds(facts.get("lastModifiedTime"))
        + ":"
        + nanoseconds(facts.get("ctime"));
  }

  private static long nanoseconds(@Nullable Object time) {
    return time instanceof FileTime known ? known.to(TimeUnit.NANOSECONDS) : 0;
  }

  private static String ask(Path file) throws EmulatorException, IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(file.toString(), "--version").redirectErrorStream(true);
    // QEMU takes options from its environment.
    builder.environment().clear();
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new EmulatorException(
          file + " cannot be started (" + e.getMessage() + "); fetch it again", e);
    }
    process.getOutputStream().close();
    if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new EmulatorException(file + " --version does not end; it is no emulator of QEMU");
    }
    String text = new String(process.getInputStream().readNBytes(4096), StandardCharsets.UTF_8);
    Matcher matcher = VERSION.matcher(text);
    return process.exitValue() == 0 && matcher.find() ? matcher.group() : "";
  }

  /// Begins with a line feed, as every line does then.
  private String remembered() {
    if (remembered == null) {
      remembered = "\n";
      try {
        if (Files.isRegularFile(memory) && Files.size(memory) <= LARGEST) {
          remembered = "\n" + Files.readString(memory);
        }
      } catch (IOException unreadable) {
        // Every file is asked then.
      }
    }
    return remembered;
  }

  /// Keeps what was newly heard. Of two processes that do so at once the later one wins, and what
  /// the other one heard is asked again.
  void save() {
    if (heard.isEmpty()) {
      return;
    }
    List<String> lines =
        Stream.of(remembered(), heard.toString())
            .flatMap(String::lines)
            .filter(line -> !line.isEmpty())
            .toList();
    heard.setLength(0);
    Path fresh = memory.resolveSibling("." + memory.getFileName() + "-" + System.nanoTime());
    try {
      Files.createDirectories(memory.resolveSibling("."));
      Files.write(fresh, lines.subList(Math.max(0, lines.size() - MOST), lines.size()));
      Files.move(fresh, memory, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException unwritable) {
      try {
        Files.deleteIfExists(fresh);
      } catch (IOException alsoUnwritable) {
        // Nothing of it is there, or nothing can be done.
      }
    }
    remembered = null;
  }
}
