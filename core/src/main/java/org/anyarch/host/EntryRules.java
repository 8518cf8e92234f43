package org.anyarch.host;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.anyarch.binfmt.Entry;
import org.anyarch.binfmt.Flags;
import org.anyarch.binfmt.Rule;
import org.anyarch.binfmt.RuleException;

/// The rule that would make an entry again.
final class EntryRules {
  private EntryRules() {}

  /// Empty if the entry has what this program does not know: flags or kinds of newer kernels.
  static Optional<Rule> of(Entry entry) {
    if (entry.match().isEmpty() || !entry.unknown().isEmpty()) {
      return Optional.empty();
    }
    try {
      Rule rule =
          new Rule(
              utf8(entry.name()),
              entry.match().get(),
              utf8(entry.interpreter()),
              Flags.parse(entry.flags()));
      String _ = rule.registerString();
      return Optional.of(rule);
    } catch (RuleException unknown) {
      return Optional.empty();
    }
  }

  /// Entry files are read byte by byte, rules are written as UTF-8.
  private static String utf8(String bytes) {
    return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  /// Whether an entry is what the rule would make.
  static boolean same(Entry entry, Rule rule) {
    return of(entry).filter(rule::equals).isPresent();
  }
}
