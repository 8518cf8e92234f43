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
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

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
  private final List<Word> mounts = new ArrayList<>();
  private int at;

  InstructionParser(Line line, char escape) {
    this.line = line;
    this.escape = escape;
    this.text = line.text();
  }

  Instruction parse() throws ContainerfileException {
    skipSpace();
    int start = at;
    while (at < text.length() && !isSpace(text.charAt(at))) {
      at++;
    }
    String written = text.substring(start, at);
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
    int rest = at;
    String argument = text.substring(at).strip();
    String whole =
        keyword
            + (argument.isEmpty() ? "" : " " + text.substring(start + written.length()).strip());
    if (argument.isEmpty()) {
      throw new ContainerfileException(line.at(text.length()), keyword + " needs an argument");
    }
    return switch (keyword) {
      case "FROM" -> from(location, whole, flags);
      case "ARG" -> new Instruction.Arg(location, whole, args());
      case "ENV" -> new Instruction.Env(location, whole, pairs(keyword));
      case "LABEL" -> new Instruction.Label(location, whole, pairs(keyword));
      case "RUN" -> {
        Form form = script(argument);
        if (form instanceof Form.Exec exec && exec.arguments().isEmpty()) {
          throw new ContainerfileException(line.at(rest), "RUN [] names no program");
        }
        yield new Instruction.Run(location, whole, form, RunFlags.parse(mounts, flags));
      }
      case "CMD" -> new Instruction.Cmd(location, whole, form(argument));
      case "ENTRYPOINT" -> new Instruction.Entrypoint(location, whole, form(argument));
      case "SHELL" ->
          new Instruction.Shell(
              location,
              whole,
              json(argument)
                  .filter(a -> !a.isEmpty())
                  .orElseThrow(
                      () ->
                          new ContainerfileException(
                              line.at(rest),
                              "SHELL takes the exec form: SHELL [\"/bin/sh\", \"-c\"]")));
      case "COPY", "ADD" -> copy(keyword, location, whole, copyFlags, argument);
      case "WORKDIR" -> new Instruction.Workdir(location, whole, remainder());
      case "USER" -> new Instruction.User(location, whole, remainder());
      case "EXPOSE" -> new Instruction.Expose(location, whole, words());
      case "VOLUME" -> {
        List<Word> paths = jsonOrWords(argument);
        if (paths.isEmpty()) {
          throw new ContainerfileException(line.at(rest), "VOLUME [] names no folder");
        }
        yield new Instruction.Volume(location, whole, paths);
      }
      case "STOPSIGNAL" -> new Instruction.StopSignal(location, whole, remainder());
      case "MAINTAINER" -> new Instruction.Maintainer(location, whole, argument);
      case "HEALTHCHECK" -> healthCheck(location, whole, flags);
      case "ONBUILD" -> onBuild(location, whole, argument);
      default -> throw new IllegalStateException(keyword);
    };
  }

  /// @throws ContainerfileException if this line is nothing that an image may ask of those made
  ///   FROM it
  void requireTrigger() throws ContainerfileException {
    int start = 0;
    while (start < text.length() && isSpace(text.charAt(start))) {
      start++;
    }
    requireTrigger(text.substring(start), start);
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
    skipSpace();
    requireTrigger(argument, at);
    // Read once here, so that a fault in it is told now and not to those who use the image.
    int offset = at;
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
    Word kind = word();
    String command = text.substring(at).strip();
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
        Form form = form(command);
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

  /// What RUN runs: a heredoc alone is the shell's text, or a script if it says with what to run
  /// it; any other is part of the shell's line, and the shell's to read.
  private Form script(String argument) {
    List<Heredoc> documents = line.documents();
    if (documents.isEmpty()) {
      return form(argument);
    }
    Heredoc first = documents.getFirst();
    if (Heredoc.begunByWord(argument, first.location()).isPresent()) {
      return first.raw().startsWith("#!")
          ? new Form.Script(first.name(), first.content())
          : new Form.Shell(first.content());
    }
    StringBuilder whole = new StringBuilder(argument);
    documents.forEach(document -> whole.append(document.written()));
    return new Form.Shell(whole.toString());
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t';
  }

  private void skipSpace() {
    while (at < text.length() && isSpace(text.charAt(at))) {
      at++;
    }
  }

  private List<Word> flagWords() {
    List<Word> words = new ArrayList<>();
    for (skipSpace(); text.startsWith("--", at); skipSpace()) {
      Word word = word();
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
    for (skipSpace(); text.startsWith("--", at); skipSpace()) {
      int start = at;
      Word word = word();
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

  /// The next word: up to white space that is neither quoted nor escaped. Quotes stay in it.
  private Word word() {
    skipSpace();
    int start = at;
    char quote = 0;
    while (at < text.length() && (quote != 0 || !isSpace(text.charAt(at)))) {
      char c = text.charAt(at);
      if (c == escape && quote != '\'' && at + 1 < text.length()) {
        at++;
      } else if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == '"' || c == '\'') {
        quote = c;
      }
      at++;
    }
    return new Word(text.substring(start, at), line.at(start));
  }

  private List<Word> words() {
    List<Word> words = new ArrayList<>();
    for (skipSpace(); at < text.length(); skipSpace()) {
      words.add(word());
    }
    return words;
  }

  private Word remainder() {
    skipSpace();
    return new Word(text.substring(at).stripTrailing(), line.at(at));
  }

  private Instruction from(Location location, String whole, Map<String, Word> flags)
      throws ContainerfileException {
    List<Word> words = words();
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

  private List<Instruction.ArgDefinition> args() throws ContainerfileException {
    List<Instruction.ArgDefinition> definitions = new ArrayList<>();
    for (Word word : words()) {
      int equals = word.text().indexOf('=');
      String name = equals < 0 ? word.text() : word.text().substring(0, equals);
      if (!name.matches("[^\"'$]+")) {
        throw new ContainerfileException(
            word.location(), "ARG \"" + name + "\" is no name of a variable");
      }
      Word value = new Word(equals < 0 ? "" : word.text().substring(equals + 1), word.location());
      definitions.add(
          new Instruction.ArgDefinition(new Word(name, word.location()), value, equals >= 0));
    }
    return definitions;
  }

  /// `NAME=VALUE …`, or the old `NAME VALUE` where the value is all that follows.
  private List<Pair> pairs(String keyword) throws ContainerfileException {
    skipSpace();
    int start = at;
    Word first = word();
    if (!first.text().contains("=")) {
      Word value = remainder();
      if (value.text().isEmpty()) {
        throw new ContainerfileException(
            first.location(),
            keyword + " " + first.text() + " has no value: " + keyword + " " + first.text() + "=…");
      }
      return List.of(new Pair(first, value));
    }
    at = start;
    List<Pair> pairs = new ArrayList<>();
    for (Word word : words()) {
      int equals = word.text().indexOf('=');
      if (equals < 0) {
        throw new ContainerfileException(
            word.location(), "\"" + word.text() + "\" has no =; quote values that have spaces");
      }
      if (equals == 0) {
        throw new ContainerfileException(word.location(), keyword + " without a name before =");
      }
      pairs.add(
          new Pair(
              new Word(word.text().substring(0, equals), word.location()),
              new Word(word.text().substring(equals + 1), word.location())));
    }
    return pairs;
  }

  private static Form form(String argument) {
    Optional<List<String>> exec = json(argument);
    return exec.isPresent() ? new Form.Exec(exec.get()) : new Form.Shell(argument);
  }

  /// The exec form: a JSON array of strings. Anything else is for the shell, as BuildKit has it.
  private static Optional<List<String>> json(String argument) {
    if (!argument.startsWith("[") || !argument.endsWith("]")) {
      return Optional.empty();
    }
    try {
      JsonNode node = JsonMapper.shared().readTree(argument);
      List<String> strings = new ArrayList<>();
      for (JsonNode one : node) {
        if (!one.isString()) {
          return Optional.empty();
        }
        strings.add(one.stringValue());
      }
      return Optional.of(strings);
    } catch (JacksonException shellForm) {
      return Optional.empty();
    }
  }

  private List<Word> jsonOrWords(String argument) {
    skipSpace();
    Location location = line.at(at);
    Optional<List<String>> exec = json(argument);
    return exec.isPresent()
        ? exec.get().stream().map(s -> new Word(s, location)).toList()
        : words();
  }

  private Instruction copy(
      String keyword, Location location, String whole, CopyFlags flags, String argument)
      throws ContainerfileException {
    List<Word> words = jsonOrWords(argument);
    if (words.size() < 2) {
      throw new ContainerfileException(
          location, keyword + " takes one source or more and a destination");
    }
    List<Word> sources = new ArrayList<>();
    List<Heredoc> documents = new ArrayList<>();
    for (Word word : words.subList(0, words.size() - 1)) {
      Optional<Heredoc> document = document(word);
      document.ifPresentOrElse(documents::add, () -> sources.add(word));
    }
    Word destination = words.getLast();
    boolean add = keyword.equals("ADD");
    if (document(destination).isPresent()) {
      throw new ContainerfileException(
          destination.location(),
          "a heredoc can be a source of " + keyword + ", not where it goes");
    }
    if (words.size() > 2
        && !destination.text().endsWith("/")
        && !destination.text().contains("$")
        && !destination.text().equals(".")
        && !destination.text().equals("..")) {
      throw new ContainerfileException(
          destination.location(),
          "with several sources the destination is a folder: " + destination.text() + "/");
    }
    return new Instruction.Copy(
        location, whole, add, flags, List.copyOf(sources), documents, destination);
  }

  /// The heredoc that the word begins, with its text.
  private Optional<Heredoc> document(Word word) throws ContainerfileException {
    Optional<Heredoc> begun =
        line.documents().isEmpty()
            ? Optional.empty()
            : Heredoc.begunByWord(word.text(), word.location());
    if (begun.isEmpty()) {
      return begun;
    }
    String name = begun.get().name();
    if (name.contains("/") || name.equals(".") || name.equals("..")) {
      throw new ContainerfileException(
          word.location(),
          "the heredoc <<" + name + " gives its name to a file, which " + name + " cannot be");
    }
    // Of several with one name the last one is it, as in BuildKit.
    return line.documents().reversed().stream().filter(d -> d.name().equals(name)).findFirst();
  }
}
