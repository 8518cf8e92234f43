package org.anyarch.build.lint;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.anyarch.build.containerfile.CheckSettings;
import org.anyarch.build.containerfile.ContainerfileException;

/// Looks for what the [Rule]s are about.
public final class Linter {
  private Linter() {}

  /// The warnings in the order of their lines.
  ///
  /// @param settings which rules are looked at; the file's own are in its `checks`
  /// @throws ContainerfileException for what is no mistake of style but cannot be understood at all
  public static List<Warning> lint(Subject subject, CheckSettings settings)
      throws ContainerfileException {
    Set<Warning> found = new LinkedHashSet<>();
    for (Rule rule : Rule.values()) {
      if (looksAt(rule, settings)) {
        rule.check(subject, (location, message) -> found.add(new Warning(rule, location, message)));
      }
    }
    List<Warning> sorted = new ArrayList<>(found);
    sorted.sort(
        Comparator.comparingInt((Warning warning) -> warning.location().line())
            .thenComparing(warning -> warning.rule().published()));
    return sorted;
  }

  private static boolean looksAt(Rule rule, CheckSettings settings) {
    if (settings.skipsAll() || settings.skipped().contains(rule.published())) {
      return false;
    }
    return !rule.isExperimental()
        || settings.experimental().contains("all")
        || settings.experimental().contains(rule.published());
  }
}
