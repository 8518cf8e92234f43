package org.anyarch.cli;

import java.util.ArrayList;
import java.util.List;
import org.anyarch.build.BuildRequest;
import org.anyarch.build.containerfile.Location;
import org.anyarch.build.lint.Warning;
import org.anyarch.build.outline.Outline;
import org.anyarch.build.outline.Target;

/// What `build --call` answers, for people.
final class BuildCallText {
  /// How many lines are shown before and behind those that a warning is about.
  private static final int AROUND = 2;

  private BuildCallText() {}

  static String warnings(List<Warning> warnings, BuildRequest.Input input) {
    if (warnings.isEmpty()) {
      return input.fileName() + ": no warnings\n";
    }
    StringBuilder text = new StringBuilder();
    for (Warning warning : warnings) {
      text.append(warning)
          .append("\n  what to do: ")
          .append(warning.rule().remedy())
          .append(" (")
          .append(warning.rule().page())
          .append(")\n")
          .append(excerpt(input.containerfile(), warning.location()));
    }
    return text.append(warnings.size() == 1 ? "1 warning" : warnings.size() + " warnings")
        .append('\n')
        .toString();
  }

  private static String excerpt(String file, Location location) {
    List<String> lines = file.lines().toList();
    StringBuilder text = new StringBuilder();
    int first = Math.max(1, location.line() - AROUND);
    int last = Math.min(lines.size(), location.lastLine() + AROUND);
    for (int number = first; number <= last; number++) {
      boolean meant = number >= location.line() && number <= location.lastLine();
      text.append("%5d | %s%s%n".formatted(number, meant ? ">>> " : "    ", lines.get(number - 1)));
    }
    return text.append('\n').toString();
  }

  static String targets(List<Target> targets) {
    List<List<String>> rows = new ArrayList<>(List.of(List.of("TARGET", "DESCRIPTION")));
    for (Target target : targets) {
      String name = target.name().isEmpty() ? "(no name)" : target.name();
      rows.add(List.of(name + (target.isDefault() ? " (default)" : ""), target.description()));
    }
    return table(rows);
  }

  static String outline(Outline outline) {
    StringBuilder text = new StringBuilder();
    if (!outline.name().isEmpty()) {
      text.append("TARGET: ").append(outline.name()).append('\n');
    }
    if (!outline.description().isEmpty()) {
      text.append("DESCRIPTION: ").append(outline.description()).append('\n');
    }
    if (!text.isEmpty()) {
      text.append('\n');
    }
    List<List<String>> arguments =
        new ArrayList<>(List.of(List.of("BUILD ARG", "VALUE", "DESCRIPTION")));
    outline.arguments().forEach(a -> arguments.add(List.of(a.name(), a.value(), a.description())));
    return text.append(section(arguments))
        .append(section(needed("SECRET", outline.secrets())))
        .append(section(needed("SSH", outline.agents())))
        .toString();
  }

  private static List<List<String>> needed(String what, List<Outline.Needed> all) {
    List<List<String>> rows = new ArrayList<>(List.of(List.of(what, "REQUIRED")));
    all.forEach(one -> rows.add(List.of(one.name(), one.isRequired() ? "yes" : "")));
    return rows;
  }

  /// Nothing if there is only the heading.
  private static String section(List<List<String>> rows) {
    return rows.size() > 1 ? table(rows) + "\n" : "";
  }

  private static String table(List<List<String>> rows) {
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        int at = column;
        int width = rows.stream().mapToInt(r -> r.get(at).length()).max().orElse(0);
        line.append(row.get(column)).append(" ".repeat(width - row.get(column).length() + 3));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
