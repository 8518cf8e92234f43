package org.anyarch.host;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.anyarch.binfmt.Entry;
import org.anyarch.binfmt.Rule;
import org.anyarch.platform.Guest;

/// What is registered already, held against a rule field by field.
public sealed interface Comparison {
  /// Nothing takes the guest's programs.
  record Absent() implements Comparison {}

  /// Exactly the rule, and the first to take the guest's programs.
  record Same(Entry entry) implements Comparison {}

  /// An entry of ours that differs.
  record Outdated(Entry entry, List<String> differences) implements Comparison {}

  /// Somebody else's entry has the name, or takes the guest's programs under another one.
  ///
  /// @param differences empty if the name is another one
  record Foreign(Entry entry, List<String> differences) implements Comparison {}

  /// An entry of the rule's name is there, but a newer one of another name is tried before it.
  record Shadowed(Entry entry, Entry by) implements Comparison {}

  /// A file by which an entry can be tried out: a guest's programs begin like this.
  static byte[] head(Guest guest) {
    return guest.magic().toArray();
  }

  /// @param entries in the kernel's order
  static Comparison of(List<Entry> entries, Guest guest, Rule wanted) {
    List<Entry> settled =
        entries.stream()
            .filter(e -> !e.name().endsWith(Registrar.STAND_IN) || !Owners.isOurs(e))
            .toList();
    Optional<Entry> first = Entry.first(settled, head(guest), "/program");
    Optional<Entry> named =
        settled.stream().filter(e -> e.name().equals(wanted.name())).findFirst();
    if (named.isEmpty()) {
      return first.<Comparison>map(e -> new Foreign(e, List.of())).orElseGet(Absent::new);
    }
    Entry entry = named.get();
    if (first.isPresent() && !first.get().equals(entry)) {
      return new Shadowed(entry, first.get());
    }
    List<String> differences = differences(entry, wanted);
    if (differences.isEmpty()) {
      return new Same(entry);
    }
    return Owners.isOurs(entry)
        ? new Outdated(entry, differences)
        : new Foreign(entry, differences);
  }

  private static List<String> differences(Entry entry, Rule wanted) {
    List<String> differences = new ArrayList<>();
    if (!entry.enabled()) {
      differences.add("it is disabled");
    }
    if (!entry.interpreter().equals(wanted.interpreter())) {
      differences.add("its interpreter is " + entry.interpreter());
    }
    if (!entry.flags().equals(wanted.flags().toString())) {
      differences.add("its flags are " + (entry.flags().isEmpty() ? "none" : entry.flags()));
    }
    if (entry.match().isEmpty() || !entry.match().get().equals(wanted.match())) {
      differences.add("it matches other files");
    }
    return differences;
  }
}
