package org.anyarch.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.anyarch.text.Nearest;

/// The words after the command's name, sorted into options and operands by its [CommandSpec]:
/// `--name value`, `--name=value`, `-n value`, `-nvalue`, switches joined (`-hv`), `--` ends the
/// options.
final class Arguments {
  private final Map<String, List<String>> options = new HashMap<>();
  private final List<String> operands = new ArrayList<>();

  private Arguments() {}

  static Arguments parse(CommandSpec spec, List<String> words) throws UsageException {
    Arguments result = new Arguments();
    int i = 0;
    while (i < words.size()) {
      String word = words.get(i++);
      if (word.equals("--")) {
        result.operands.addAll(words.subList(i, words.size()));
        break;
      }
      if (word.startsWith("--")) {
        i = result.longOption(spec, words, word.substring(2), i);
      } else if (word.startsWith("-") && word.length() > 1) {
        i = result.letters(spec, words, word, i);
      } else {
        result.operands.add(word);
        if (spec.passesThrough()) {
          result.operands.addAll(words.subList(i, words.size()));
          break;
        }
      }
    }
    return result;
  }

  private int longOption(CommandSpec spec, List<String> words, String text, int next)
      throws UsageException {
    int equals = text.indexOf('=');
    String name = equals < 0 ? text : text.substring(0, equals);
    Option option =
        all(spec).stream()
            .filter(o -> o.name().equals(name))
            .findFirst()
            .orElseThrow(() -> unknown(spec, "--" + name));
    if (equals >= 0) {
      if (!option.takesValue()) {
        throw new UsageException("--" + name + " takes no value");
      }
      store(option, text.substring(equals + 1));
      return next;
    }
    return valueFromNext(option, "--" + name, words, next);
  }

  private int letters(CommandSpec spec, List<String> words, String word, int next)
      throws UsageException {
    for (int at = 1; at < word.length(); at++) {
      char letter = word.charAt(at);
      Option option =
          all(spec).stream()
              .filter(o -> o.letter() == letter)
              .findFirst()
              .orElseThrow(() -> unknown(spec, "-" + letter));
      if (!option.takesValue()) {
        store(option, "");
      } else if (at + 1 < word.length()) {
        store(option, word.substring(at + 1));
        return next;
      } else {
        return valueFromNext(option, "-" + letter, words, next);
      }
    }
    return next;
  }

  private int valueFromNext(Option option, String shown, List<String> words, int next)
      throws UsageException {
    if (!option.needsValue()) {
      store(option, "");
      return next;
    }
    if (next == words.size()) {
      throw new UsageException(shown + " needs a value: " + shown + " " + option.value());
    }
    store(option, words.get(next));
    return next + 1;
  }

  private static List<Option> all(CommandSpec spec) {
    List<Option> all = new ArrayList<>(spec.options());
    all.add(CommandSpec.HELP);
    all.add(CommandSpec.VERBOSE);
    return all;
  }

  private static UsageException unknown(CommandSpec spec, String shown) {
    List<String> known = all(spec).stream().map(o -> "--" + o.name()).toList();
    return new UsageException(
        "unknown option "
            + shown
            + Nearest.of(shown, known).map(n -> "; did you mean " + n + "?").orElse(""));
  }

  private void store(Option option, String value) {
    List<String> values = options.computeIfAbsent(option.name(), _ -> new ArrayList<>());
    if (!option.repeatable()) {
      values.clear();
    }
    values.add(value);
  }

  boolean has(Option option) {
    return options.containsKey(option.name());
  }

  Optional<String> value(Option option) {
    return Optional.ofNullable(options.get(option.name())).map(List::getLast);
  }

  List<String> values(Option option) {
    return List.copyOf(options.getOrDefault(option.name(), List.of()));
  }

  List<String> operands() {
    return List.copyOf(operands);
  }
}
