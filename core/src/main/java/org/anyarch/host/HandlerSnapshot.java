package org.anyarch.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.anyarch.binfmt.BinfmtD;
import org.anyarch.binfmt.CaptureCheck;
import org.anyarch.binfmt.Entry;
import org.anyarch.binfmt.Rule;
import org.anyarch.binfmt.RuleException;
import org.anyarch.kernel.Kernel;

/// All handlers of an instance in the order of their registration, written down as a file of
/// binfmt.d, so that systemd-binfmt could read it too.
///
/// @param rules the oldest first
/// @param disabled names of those that are switched off
/// @param lost names of entries that cannot be written as a rule
public record HandlerSnapshot(List<Rule> rules, Set<String> disabled, List<String> lost) {
  private static final String DISABLED = "# disabled ";

  public HandlerSnapshot {
    // Claims and trials are of the moment, and a file may hold somebody else's.
    rules = rules.stream().filter(rule -> !rule.name().startsWith(Marks.PREFIX)).toList();
    disabled = new LinkedHashSet<>(disabled);
    disabled.removeIf(name -> name.startsWith(Marks.PREFIX));
    lost = List.copyOf(lost);
  }

  /// @param entries in the kernel's order, the newest first
  public static HandlerSnapshot of(List<Entry> entries) {
    List<Rule> rules = new ArrayList<>();
    Set<String> disabled = new LinkedHashSet<>();
    List<String> lost = new ArrayList<>();
    for (Entry entry : entries.reversed()) {
      if (Marks.is(entry)) {
        continue;
      }
      Optional<Rule> rule = EntryRules.of(entry);
      if (rule.isPresent()) {
        rules.add(rule.get());
        if (!entry.enabled()) {
          disabled.add(rule.get().name());
        }
      } else {
        lost.add(entry.name());
      }
    }
    return new HandlerSnapshot(rules, disabled, lost);
  }

  public static HandlerSnapshot parse(String text) throws HostException {
    BinfmtD.Content content = BinfmtD.parse(text);
    if (!content.faults().isEmpty()) {
      BinfmtD.Fault fault = content.faults().getFirst();
      throw HostException.failed("line " + fault.line() + " is no handler: " + fault.message());
    }
    Set<String> disabled = new LinkedHashSet<>();
    text.lines()
        .filter(line -> line.startsWith(DISABLED))
        .forEach(line -> disabled.add(line.substring(DISABLED.length())));
    return new HandlerSnapshot(
        content.lines().stream().map(BinfmtD.Line::rule).toList(), disabled, List.of());
  }

  public String text() throws HostException {
    StringBuilder comment =
        new StringBuilder(
            "All handlers of this machine, the oldest first; anyarch host restore FILE\n");
    disabled.forEach(name -> comment.append(DISABLED.substring(2)).append(name).append('\n'));
    lost.forEach(name -> comment.append("cannot be written down: ").append(name).append('\n'));
    try {
      return BinfmtD.text(comment.toString(), rules);
    } catch (RuleException e) {
      throw HostException.failed(String.valueOf(e.getMessage()), e);
    }
  }

  /// Makes the instance hold exactly these handlers, in this order.
  ///
  /// @param dry whether only to say what would be done
  /// @return what was done, one line each
  /// @throws HostException if one could not be brought back; the others were
  public List<String> restore(Supplier<Kernel> kernel, Ground ground, boolean dry)
      throws HostException, IOException {
    Registrar registrar = new Registrar(kernel, ground);
    List<Entry> now = registrar.entries().reversed();
    List<String> done = new ArrayList<>();
    List<String> failed = new ArrayList<>();
    Set<String> names = new LinkedHashSet<>();
    rules.forEach(rule -> names.add(rule.name()));
    for (Entry entry : now) {
      if (!names.contains(entry.name()) && !Marks.is(entry)) {
        done.add("remove " + entry.name());
        if (!dry) {
          registrar.remove(entry.name());
        }
      }
    }
    CaptureCheck capture = OwnPrograms.check(ground.view(), List.of());
    int kept = keptFromTheStart(now);
    for (Rule rule : rules.subList(kept, rules.size())) {
      boolean there = now.stream().anyMatch(e -> EntryRules.same(e, rule));
      if (rule.flags().fixBinary() && !Files.exists(ground.view().path(rule.interpreter()))) {
        (there ? done : failed)
            .add(
                rule.name()
                    + (there ? " stays where it is" : " cannot be brought back")
                    + ": its interpreter "
                    + rule.interpreter()
                    + " is gone"
                    + (there ? "" : "; anyarch host install brings ours anew"));
        continue;
      }
      done.add("register " + rule.name());
      if (!dry) {
        try {
          capture.require(rule);
          registrar.replace(rule);
        } catch (RuleException | HostException e) {
          failed.add(String.valueOf(e.getMessage()));
        }
      }
    }
    if (!dry) {
      switchOnAndOff(registrar);
    }
    if (!failed.isEmpty()) {
      throw HostException.failed(String.join("; ", failed));
    }
    return done;
  }

  private void switchOnAndOff(Registrar registrar) throws IOException {
    for (Entry entry : registrar.entries()) {
      boolean wanted = !disabled.contains(entry.name());
      if (entry.enabled() != wanted) {
        registrar.instance().enable(entry.name(), wanted);
      }
    }
  }

  /// How many of the rules are there already in this order with nothing missing between them: those
  /// need not be touched. All after the first gap have to be newer than what fills it.
  private int keptFromTheStart(List<Entry> now) {
    int kept = 0;
    for (Entry entry : now) {
      if (kept < rules.size() && EntryRules.same(entry, rules.get(kept))) {
        kept++;
      }
    }
    return kept;
  }

  /// What is written at once is the old or the new file, whenever this is interrupted. A symbolic
  /// link stays and the file changes that it leads to; what is no file, or an open one of this
  /// process as /dev/stdout is, is written to as it is.
  public void write(Path file) throws HostException, IOException {
    WholeFile.write(file, text());
  }
}
