package org.anyarch.binfmt;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.anyarch.kernel.Replacement;

/// The files from which systemd-binfmt registers rules at boot (binfmt.d(5)): one register string a
/// line; empty lines and those that begin with `#` or `;` are comments.
public final class BinfmtD {
  /// Where they are, below a root folder; a file in one hides those of its name in the next ones.
  public static final List<String> FOLDERS =
      List.of("etc/binfmt.d", "run/binfmt.d", "usr/local/lib/binfmt.d", "usr/lib/binfmt.d");

  private static final String SUFFIX = ".conf";

  /// More than a million rules are no configuration.
  private static final long LARGEST = 64L << 20;

  private BinfmtD() {}

  /// A rule and where it stands.
  ///
  /// @param line counted from 1
  public record Line(int line, Rule rule) {}

  /// A line that is no rule; the others of its file count nevertheless.
  ///
  /// @param line counted from 1
  public record Fault(int line, String message) {}

  /// What a file says, in its order.
  public record Content(List<Line> lines, List<Fault> faults) {
    public Content {
      lines = List.copyOf(lines);
      faults = List.copyOf(faults);
    }
  }

  /// The files that count below `root`, in the order in which they are read: by name, whatever
  /// their folder. A file that is hidden by an empty one or a link to /dev/null is left out with
  /// it.
  public static List<Path> files(Path root) throws IOException {
    Map<String, Path> byName = new TreeMap<>();
    for (String folder : FOLDERS) {
      Path place = root.resolve(folder);
      if (Files.isDirectory(place)) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(place, "*" + SUFFIX)) {
          for (Path file : files) {
            byName.putIfAbsent(file.getFileName().toString(), file);
          }
        }
      }
    }
    List<Path> effective = new ArrayList<>();
    for (Path file : byName.values()) {
      if (Files.isRegularFile(file) && Files.size(file) > 0) {
        effective.add(file);
      }
    }
    return effective;
  }

  /// Reads one of these files.
  public static Content read(Path file) throws IOException {
    if (Files.size(file) > LARGEST) {
      throw new IOException(file + " is too large to be a file of binfmt.d");
    }
    return parse(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
  }

  /// Reads the text of such a file. Never fails: what is no rule becomes a fault.
  public static Content parse(String text) {
    List<Line> lines = new ArrayList<>();
    List<Fault> faults = new ArrayList<>();
    int number = 0;
    for (String line : text.split("\n", -1)) {
      number++;
      String rule = line.strip();
      if (rule.isEmpty() || rule.startsWith("#") || rule.startsWith(";")) {
        continue;
      }
      try {
        lines.add(new Line(number, Rule.parse(rule)));
      } catch (RuleException e) {
        faults.add(new Fault(number, String.valueOf(e.getMessage())));
      }
    }
    return new Content(lines, faults);
  }

  /// The text of a file with these rules.
  ///
  /// @param comment what stands above them; each line of it becomes a comment
  /// @throws RuleException if the kernel would not take one, or a line of text cannot hold it
  public static String text(String comment, List<Rule> rules) throws RuleException {
    StringBuilder text = new StringBuilder();
    comment.lines().forEach(line -> text.append("# ").append(line).append('\n'));
    for (Rule rule : rules) {
      String string = rule.registerString();
      if (!string.strip().equals(string) || string.indexOf('\n') >= 0) {
        throw new RuleException(
            "the rule "
                + rule.name()
                + " has a line feed or ends in a blank, which no file of binfmt.d can hold");
      }
      text.append(string).append('\n');
    }
    return text.toString();
  }

  /// Writes such a file as a whole: whoever reads meanwhile sees the old or the new one.
  public static void write(Path file, String comment, List<Rule> rules)
      throws RuleException, IOException {
    if (!file.toString().endsWith(SUFFIX)) {
      throw new IOException(file + " does not end in " + SUFFIX + ", so systemd would not read it");
    }
    byte[] text = text(comment, rules).getBytes(StandardCharsets.UTF_8);
    Files.createDirectories(file.toAbsolutePath().resolveSibling("."));
    Replacement.readable(file).write(text);
  }
}
