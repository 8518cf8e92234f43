package org.anyarch.build.containerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Tells the ways apart in which an instruction says what is run.
final class Forms {
  private Forms() {}

  static Form of(String argument) {
    Optional<List<String>> exec = json(argument);
    return exec.isPresent() ? new Form.Exec(exec.get()) : new Form.Shell(argument);
  }

  /// The exec form: a JSON array of strings. Anything else is for the shell, as BuildKit has it.
  static Optional<List<String>> json(String argument) {
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

  /// What RUN runs: a heredoc alone is the shell's text, or a script if it says with what to run
  /// it; any other is part of the shell's line, and the shell's to read.
  static Form script(String argument, List<Heredoc> documents) {
    if (documents.isEmpty()) {
      return of(argument);
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

  /// What to show behind a RUN of nothing but a heredoc, since that alone tells nothing: the text's
  /// first line that is neither empty nor says what to run it with.
  static String summary(String argument, List<Heredoc> documents) {
    if (documents.isEmpty()
        || Heredoc.begunByWord(argument, documents.getFirst().location()).isEmpty()) {
      return "";
    }
    List<String> lines =
        documents
            .getFirst()
            .content()
            .lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty() && !line.startsWith("#!"))
            .toList();
    return lines.isEmpty() ? "" : " (" + lines.getFirst() + (lines.size() > 1 ? "…" : "") + ")";
  }
}
