package org.anyarch.host;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.anyarch.binfmt.BinfmtD;
import org.anyarch.binfmt.Entry;
import org.anyarch.binfmt.Rule;
import org.anyarch.binfmt.RuleException;
import org.anyarch.kernel.Failures;
import org.anyarch.kernel.Kernel;

/// Holds an instance and looks after its handlers. An open file keeps an instance with all its
/// entries, whatever is unmounted; what others remove is registered again. The kernel tells nobody
/// when entries change, so they are looked at from time to time.
public final class Keeper implements AutoCloseable {
  private final Supplier<Kernel> kernel;
  private final Grounds grounds;
  private List<Rule> rules;
  private final Consumer<String> log;
  private final FileChannel held;
  private Ground ground;

  private Keeper(
      Supplier<Kernel> kernel,
      Grounds grounds,
      Ground ground,
      List<Rule> rules,
      Consumer<String> log,
      FileChannel held) {
    this.kernel = kernel;
    this.grounds = grounds;
    this.ground = ground;
    this.rules = rules;
    this.log = log;
    this.held = held;
  }

  /// @param ground from an install that was told to stay resident
  /// @param report what that install came to
  /// @param lease in whose name it was
  public static Keeper of(
      Supplier<Kernel> kernel,
      Grounds grounds,
      Ground ground,
      Report report,
      String lease,
      Consumer<String> log)
      throws IOException {
    List<Entry> entries = ground.instance().entries();
    List<Rule> rules = new ArrayList<>();
    for (Entry entry : entries.reversed()) {
      boolean wanted =
          entry.name().equals(Leases.mark(lease))
              || Inventory.guest(entry)
                  .filter(g -> report.results().stream().anyMatch(r -> r.guest().equals(g)))
                  .isPresent();
      if (wanted) {
        EntryRules.of(entry).ifPresent(rules::add);
      }
    }
    FileChannel held = FileChannel.open(ground.folder().resolve("status"), StandardOpenOption.READ);
    return new Keeper(kernel, grounds, ground, rules, log, held);
  }

  /// Looks once, and mends what it finds.
  ///
  /// @return what is not as it should be; empty if all is well
  public Optional<String> look() throws InterruptedException {
    try {
      stayMounted();
      List<Entry> entries = ground.instance().entries();
      List<Rule> now = new ArrayList<>();
      for (Rule rule : rules) {
        now.add(adopted(rule, entries));
      }
      rules = now;
      List<Rule> lost =
          rules.stream().filter(r -> entries.stream().noneMatch(e -> intact(e, r))).toList();
      if (!lost.isEmpty()) {
        log.accept(
            names(lost) + (lost.size() == 1 ? " was" : " were") + " lost: " + who(lost, entries));
        Registrar registrar = new Registrar(kernel, ground);
        for (Rule rule : lost) {
          registrar.replace(rule);
        }
        log.accept("registered again: " + names(lost));
      }
      return unreachable(ground.instance().entries());
    } catch (RuleException | HostException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return Optional.of(Failures.describe(e));
    }
  }

  /// Another anyarch may have brought a newer emulator, or more guests into the lease; its word is
  /// ours, unless it is one that would not serve those who asked us.
  private Rule adopted(Rule rule, List<Entry> entries) throws IOException {
    for (Entry entry : entries) {
      Optional<Rule> there = EntryRules.of(entry);
      boolean newer =
          entry.name().equals(rule.name())
              && entry.enabled()
              && (Owners.isOurs(entry) || Marks.is(entry))
              && there.filter(r -> r.match().equals(rule.match()) && !r.equals(rule)).isPresent();
      if (newer && (Marks.is(entry) || serves(there.get(), rule))) {
        if (!Marks.is(entry)) {
          log.accept(rule.name() + " was replaced by another anyarch: " + entry.interpreter());
        }
        return there.get();
      }
    }
    return rule;
  }

  private boolean serves(Rule newer, Rule old) throws IOException {
    return newer.flags().equals(old.flags())
        && Files.isRegularFile(ground.view().path(newer.interpreter()));
  }

  /// What is registered as it should be and nevertheless not taken.
  private Optional<String> unreachable(List<Entry> entries) throws IOException {
    if (!Files.readString(ground.folder().resolve("status")).startsWith("enabled")) {
      return Optional.of(
          "all handlers are switched off; to switch them on: echo 1 > "
              + ground.folder().resolve("status"));
    }
    for (Rule rule : rules) {
      if (rule.match() instanceof Rule.Match.Magic magic) {
        Optional<Entry> first = Entry.first(entries, magic.magic().toArray(), "/program");
        if (first.filter(e -> !EntryRules.same(e, rule)).isPresent()) {
          return Optional.of(
              rule.name() + " is shadowed by " + first.get().name() + ", which is newer");
        }
      }
    }
    return Optional.empty();
  }

  private static boolean intact(Entry entry, Rule rule) {
    return entry.enabled() && EntryRules.same(entry, rule);
  }

  /// Ours is the same instance again, since the open file kept it.
  private void stayMounted() throws IOException, HostException {
    if (Files.exists(ground.folder().resolve("register"))
        && MountTable.deviceOf(ground.folder()).equals(ground.device())) {
      return;
    }
    log.accept(
        "somebody unmounted " + ground.folder() + "; the handlers live on because they are held");
    ground = grounds.any();
  }

  private String who(List<Rule> lost, List<Entry> entries) throws IOException {
    for (Rule rule : lost) {
      for (Entry entry : entries) {
        if (entry.name().equals(rule.name())) {
          return entry.enabled()
              ? "another one of that name was registered by " + Owners.of(entry)
              : "it was switched off";
        }
      }
    }
    if (lost.size() < rules.size()) {
      return "removed one by one, as update-binfmts or an uninstall of another container does";
    }
    List<String> files = new ArrayList<>();
    for (java.nio.file.Path file : BinfmtD.files(ground.view().path("/"))) {
      BinfmtD.read(file).lines().forEach(line -> files.add(line.rule().name()));
    }
    boolean restored =
        !entries.isEmpty() && entries.stream().allMatch(e -> files.contains(e.name()));
    if (restored) {
      return "systemd-binfmt was restarted, since what is there now is what binfmt.d says"
          + " (anyarch host emit binfmt.d makes it restore ours)";
    }
    return entries.isEmpty()
        ? "all entries were removed at once, as systemd-binfmt and a -1 written to status do"
        : "all of ours were removed, others stayed, as an uninstall of qemu-* does";
  }

  private static String names(List<Rule> rules) {
    return rules.size() > 3
        ? rules.size() + " handlers"
        : String.join(", ", rules.stream().map(Rule::name).toList());
  }

  /// How many handlers it looks after.
  public int size() {
    return (int) rules.stream().filter(r -> r.match() instanceof Rule.Match.Magic).count();
  }

  @Override
  public void close() throws IOException {
    held.close();
    grounds.leave(ground);
  }
}
