package org.anyarch.host;

import java.io.IOException;
import java.util.List;
import org.anyarch.binfmt.CaptureCheck;
import org.anyarch.binfmt.Entry;
import org.anyarch.binfmt.Flags;
import org.anyarch.binfmt.Rule;
import org.anyarch.binfmt.RuleException;
import org.anyarch.platform.Guest;

/// Decides what is to be done for a guest. Changes nothing.
///
/// @param entries what is registered, in the kernel's order
/// @param capture knows the host's own programs
record Planner(List<Entry> entries, CaptureCheck capture, Flags flags, Existing existing) {

  Action plan(Guest guest, String interpreter) throws IOException {
    Rule rule = Rule.forGuest(guest, java.nio.file.Path.of(interpreter), flags);
    try {
      capture.require(rule);
    } catch (RuleException e) {
      return new Action.Refuse(guest, String.valueOf(e.getMessage()));
    }
    return switch (Comparison.of(entries, guest, rule)) {
      case Comparison.Absent _ ->
          new Action.Register(guest, rule, "register " + rule.name() + " with " + interpreter);
      case Comparison.Same same ->
          new Action.Keep(guest, same.entry().name(), "keep " + rule.name() + ": it is the same");
      case Comparison.Outdated outdated ->
          new Action.Replace(
              guest,
              rule,
              "replace " + rule.name() + ": " + String.join(", ", outdated.differences()));
      case Comparison.Foreign foreign -> foreign(guest, rule, foreign);
      case Comparison.Shadowed shadowed ->
          decide(
              guest,
              rule,
              shadowed.by().name(),
              true,
              shadowed.by().name() + " is newer and takes the programs of " + rule.name());
    };
  }

  private Action foreign(Guest guest, Rule rule, Comparison.Foreign foreign) {
    Entry entry = foreign.entry();
    boolean named = entry.name().equals(rule.name());
    String what =
        entry.name()
            + " belongs to "
            + Owners.of(entry)
            + (named
                ? ": " + String.join(", ", foreign.differences())
                : " and takes the programs of " + guest.qemu());
    return decide(guest, rule, entry.name(), named, what);
  }

  private Action decide(Guest guest, Rule rule, String other, boolean named, String what) {
    return switch (existing) {
      case KEEP -> new Action.Keep(guest, other, "keep " + other + ": " + what);
      case FAIL ->
          new Action.Refuse(
              guest, what + "; --existing keep leaves it and --existing replace puts ours first");
      case REPLACE ->
          named
              ? new Action.Replace(guest, rule, "replace " + rule.name() + ": " + what)
              : new Action.Register(
                  guest, rule, "register " + rule.name() + " before " + other + ": " + what);
    };
  }
}
