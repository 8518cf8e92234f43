package org.anyarch.cli;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// Help texts, made from the specifications.
final class Help {
  private Help() {}

  static String overview(Collection<Command> commands) {
    StringBuilder text = new StringBuilder();
    text.append(
        "Build, run and repair containers for every CPU architecture, on any Linux host.\n\n");
    text.append("Usage: anyarch COMMAND [OPTION...] [OPERAND...]\n\nCommands:\n");
    for (Command command : commands) {
      text.append("  %-12s %s\n".formatted(command.spec().name(), command.spec().summary()));
    }
    text.append(
        """

        anyarch COMMAND --help tells more; anyarch --version prints the version.
        Exit status: 0 done, 1 failed, 2 wrong command line, 3 not possible on this machine, 70 a bug of anyarch.
        run and exec end as their program ended; with 125 if it could not be started, a wrong command line included,
        126 if it could not be executed, 127 if it was not found.
        """);
    return text.toString();
  }

  static String of(CommandSpec spec) {
    StringBuilder text = new StringBuilder();
    text.append("Usage: anyarch ")
        .append(spec.name())
        .append(" [OPTION...] ")
        .append(spec.operands());
    text.append("\n\n").append(spec.description().strip()).append("\n\nOptions:\n");
    List<Option> options = new ArrayList<>(spec.options());
    options.add(CommandSpec.VERBOSE);
    options.add(CommandSpec.HELP);
    int width = options.stream().mapToInt(o -> shown(o).length()).max().orElse(0);
    for (Option option : options) {
      text.append("  ").append(shown(option)).repeat(' ', width - shown(option).length() + 2);
      text.append(option.help())
          .append(option.repeatable() ? " (may be repeated)" : "")
          .append('\n');
    }
    if (!spec.examples().isEmpty()) {
      text.append("\nExamples:\n");
      for (CommandSpec.Example example : spec.examples()) {
        text.append("  # ")
            .append(example.meaning())
            .append("\n  ")
            .append(example.line())
            .append('\n');
      }
    }
    return text.toString();
  }

  private static String shown(Option option) {
    String letter = option.letter() == ' ' ? "    " : "-" + option.letter() + ", ";
    return letter + "--" + option.name() + (option.needsValue() ? " " : "") + option.value();
  }
}
