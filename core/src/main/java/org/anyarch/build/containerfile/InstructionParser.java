package org.anyarch.build.containerfile;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.anyarch.text.Nearest;

/// Reads one logical line.
final class InstructionParser {
  private static final List<String> KNOWN =
      List.of(
          "FROM",
          "ARG",
          "ENV",
          "LABEL",
          "RUN",
          "CMD",
          "ENTRYPOINT",
          "SHELL",
          "COPY",
          "ADD",
          "WORKDIR",
          "USER",
          "EXPOSE",
          "VOLUME",
          "STOPSIGNAL",
          "HEALTHCHECK",
          "ONBUILD",
          "MAINTAINER");

  private static final Set<String> NO_TRIGGERS = Set.of("ONBUILD", "FROM", "MAINTAINER");

  /// Flags of BuildKit that are not supported yet, by instruction.
  private static final Map<String, Set<String>> LATER_FLAGS = Map.of("RUN", Set.of("device"));

  private static final Map<String, List<String>> FLAGS =
      Map.of(
          "FROM",
          List.of("platform"),
          "RUN",
          List.of("mount", "network", "security"),
          "HEALTHCHECK",
          List.of("interval", "timeout", "start-period", "start-interval", "retries"));

  private final Line line;
  private final char escape;
  private final String text;
  private final LineCursor cursor;
  private final List<Word> mounts = new ArrayList<>();

  InstructionParser(Line line, char escape) {
    this.line = line;
    this.escape = escape;
    this.text = line.text();
    this.cursor = new LineCursor(line, escape);
  }

  Instruction parse() throws ContainerfileException {
    String written = cursor.keyword();
    int start = cursor.at() - written.length();
    String keyword = written.toUpperCase(Locale.ROOT);
    Location location = line.from(start);
    if (!KNOWN.contains(keyword)) {
      throw new ContainerfileException(
          location,
          "unknown instruction "
              + written
              + Nearest.of(keyword, KNOWN).map(n -> "; did you mean " + n + "?").orElse(""));
    }
    boolean copies = keyword.equals("COPY") || keyword.equals("ADD");
    CopyFlags copyFlags = CopyFlags.parse(keyword, copies ? flagWords() : List.of());
    Map<String, Word> flags = copies ? Map.of() : flags(keyword);
    Location rest = cursor.place();
    String argument = cursor.rest();
    String whole =
        keyword
            + (argument.isEmpty() ? "" : " " + text.substring(start + written.length()).strip());
    if (argument.isEmpty()) {
      throw new ContainerfileException(line.at(text.length()), keyword + " needs an argument");
    }
    return switch (keyword) {
      case "FROM" -> from(location, whole, flags);
      case "ARG" -> new Instruction.Arg(location, whole, Assignments.definitions(cursor));
      case "ENV" -> new Instruction.Env(location, whole, Assignments.pairs(keyword, cursor));
      case "LABEL" -> new Instruction.Label(location, whole, Assignments.pairs(keyword, cursor));
      case "RUN" -> {
        Form form = Forms.script(argument, line.documents());
        if (form instanceof Form.Exec exec && exec.arguments().isEmpty()) {
          throw new ContainerfileException(rest, "RUN [] names no program");
        }
        String shown = whole + Forms.summary(argument, line.documents());
        yield new Instruction.Run(location, shown, form, RunFlags.parse(mounts, flags));
      }
      case "CMD" -> new Instruction.Cmd(location, whole, Forms.of(argument));
      case "ENTRYPOINT" -> new Instruction.Entrypoint(location, whole, Forms.of(argument));
      case "SHELL" ->
          new Instruction.Shell(
              location,
              whole,
              Forms.json(argument)
                  .filter(a -> !a.isEmpty())
                  .orElseThrow(
                      () ->
                          new ContainerfileException(
                              rest, "SHELL takes the exec form: SHELL [\"/bin/sh\", \"-c\"]")));
      case "COPY", "ADD" ->
          CopyParser.parse(keyword, location, whole, copyFlags, jsonOrWords(argument), line);
      case "WORKDIR" -> new Instruction.Workdir(location, whole, cursor.remainder());
      case "USER" -> new Instruction.User(location, whole, cursor.remainder());
      case "EXPOSE" -> new Instruction.Expose(location, whole, cursor.words());
      case "VOLUME" -> {
        List<Word> paths = jsonOrWords(argument);
        if (paths.isEmpty()) {
          throw new ContainerfileException(rest, "VOLUME [] names no folder");
        }
        yield new Instruction.Volume(location, whole, paths);
      }
      case "STOPSIGNAL" -> new Instruction.StopSignal(location, whole, cursor.remainder());
      case "MAINTAINER" -> new Instruction.Maintainer(location, whole, argument);
      case "HEALTHCHECK" -> healthCheck(location, whole, flags);
      case "ONBUILD" -> onBuild(location, whole, argument);
      default -> throw new IllegalStateException(keyword);
    };
  }

  /// @throws ContainerfileException if this line is nothing that an image may ask of those made
  ///   FROM it
  void requireTrigger() throws ContainerfileException {
    cursor.skipSpace();
    requireTrigger(cursor.rest(), cursor.at());
  }

  private void requireTrigger(String trigger, int start) throws ContainerfileException {
    String keyword = trigger.split("[ \t]", 2)[0].toUpperCase(Locale.ROOT);
    if (NO_TRIGGERS.contains(keyword)) {
      throw new ContainerfileException(
          line.at(start), keyword + " cannot be a trigger: ONBUILD takes any other instruction");
    }
  }

  private Instruction onBuild(Location location, String whole, String argument)
      throws ContainerfileException {
    cursor.skipSpace();
    requireTrigger(argument, cursor.at());
    // Read once here, so that a fault in it is told now and not to those who use the image.
    int offset = cursor.at();
    Line inner =
        new Line(
            location.file(),
            text.substring(offset),
            Arrays.copyOfRange(line.lines(), offset, line.lines().length),
            Arrays.copyOfRange(line.columns(), offset, line.columns().length),
            line.lastLine(),
            line.documents(),
            List.of(),
            false);
    new InstructionParser(inner, escape).parse();
    StringBuilder expression = new StringBuilder(argument);
    line.documents().forEach(document -> expression.append(document.written()));
    return new Instruction.OnBuild(location, whole, expression.toString());
  }

  private Instruction healthCheck(Location location, String whole, Map<String, Word> flags)
      throws ContainerfileException {
    Word kind = cursor.word();
    String command = cursor.rest();
    return switch (kind.text().toUpperCase(Locale.ROOT)) {
      case "NONE" -> {
        if (!command.isEmpty()) {
          throw new ContainerfileException(
              kind.location(), "HEALTHCHECK NONE takes nothing behind it");
        }
        yield new Instruction.HealthCheck(
            location, whole, HealthOptions.of(flags), Optional.empty());
      }
      case "CMD" -> {
        Form form = Forms.of(command);
        if (command.isEmpty() || (form instanceof Form.Exec exec && exec.arguments().isEmpty())) {
          throw new ContainerfileException(
              kind.location(), "HEALTHCHECK CMD names no command to run");
        }
        yield new Instruction.HealthCheck(
            location, whole, HealthOptions.of(flags), Optional.of(form));
      }
      default ->
          throw new ContainerfileException(
              kind.location(), "HEALTHCHECK takes CMD or NONE, not " + kind.text());
    };
  }

  private List<Word> flagWords() {
    List<Word> words = new ArrayList<>();
    for (cursor.skipSpace(); cursor.sees("--"); cursor.skipSpace()) {
      Word word = cursor.word();
      if (word.text().equals("--")) {
        break;
      }
      words.add(word);
    }
    return words;
  }

  private Map<String, Word> flags(String keyword) throws ContainerfileException {
    Map<String, Word> flags = new LinkedHashMap<>();
    List<String> known = FLAGS.getOrDefault(keyword, List.of());
    for (cursor.skipSpace(); cursor.sees("--"); cursor.skipSpace()) {
      int start = cursor.at();
      Word word = cursor.word();
      if (word.text().equals("--")) {
        return flags;
      }
      int equals = word.text().indexOf('=');
      String name = word.text().substring(2, equals < 0 ? word.text().length() : equals);
      if (LATER_FLAGS.getOrDefault(keyword, Set.of()).contains(name)) {
        throw new ContainerfileException(
            word.location(), keyword + " --" + name + " is not supported yet; remove it");
      }
      if (!known.contains(name)) {
        throw new ContainerfileException(
            word.location(),
            keyword
                + " has no flag --"
                + name
                + Nearest.of(name, known).map(n -> "; did you mean --" + n + "?").orElse(""));
      }
      if (equals < 0) {
        throw new ContainerfileException(
            word.location(), "--" + name + " needs a value: --" + name + "=…");
      }
      Word value = new Word(word.text().substring(equals + 1), line.at(start + equals + 1));
      if (name.equals("mount")) {
        mounts.add(value);
      } else {
        flags.put(name, value);
      }
    }
    return flags;
  }

  private Instruction from(Location location, String whole, Map<String, Word> flags)
      throws ContainerfileException {
    List<Word> words = cursor.words();
    String platform = flags.containsKey("platform") ? flags.get("platform").text() : "";
    if (words.size() == 1) {
      return new Instruction.From(location, whole, words.getFirst(), platform, "");
    }
    if (words.size() != 3 || !words.get(1).text().equalsIgnoreCase("AS")) {
      throw new ContainerfileException(
          words.get(1).location(), "FROM takes IMAGE or IMAGE AS NAME");
    }
    String name = words.get(2).text().toLowerCase(Locale.ROOT);
    if (!name.matches("[a-z][a-z0-9_.-]*")) {
      throw new ContainerfileException(
          words.get(2).location(),
          "a stage cannot be called \""
              + name
              + "\": a letter, then letters, digits, '-', '_' or '.'");
    }
    return new Instruction.From(location, whole, words.getFirst(), platform, name);
  }

  private List<Word> jsonOrWords(String argument) {
    cursor.skipSpace();
    Location location = cursor.place();
    Optional<List<String>> exec = Forms.json(argument);
    return exec.isPresent()
        ? exec.get().stream().map(s -> new Word(s, location)).toList()
        : cursor.words();
  }
}
