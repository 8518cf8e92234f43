package org.anyarch.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.anyarch.binfmt.Entry;
import org.anyarch.binfmt.Rule;
import org.anyarch.binfmt.RuleException;
import org.anyarch.emulator.EmulatorException;
import org.anyarch.emulator.Emulators;
import org.anyarch.kernel.Kernel;
import org.anyarch.platform.Guest;

/// Puts handlers on the host and proves that they work and stay. Interrupted at any moment it
/// leaves for each guest the old or the new handler.
public final class Installation {
  /// How long copies are kept that no entry names any more.
  private static final Duration KEPT = Duration.ofDays(30);

  /// Whoever lives says so every few seconds.
  private static final Duration KILLED = Duration.ofMinutes(1);

  private final Supplier<Kernel> kernel;
  private final Grounds grounds;
  private final Emulators emulators;
  private final Selection selection;
  private final Verification verification;
  private final Labels labels;

  public Installation(
      Supplier<Kernel> kernel,
      Grounds grounds,
      Emulators emulators,
      Verification verification,
      Labels labels) {
    this.kernel = kernel;
    this.grounds = grounds;
    this.emulators = emulators;
    this.selection = new Selection(grounds.standpoint(), emulators);
    this.verification = verification;
    this.labels = labels;
  }

  /// An install that was done.
  ///
  /// @param ground still held if the request was to stay resident
  public record Done(Ground ground, HostFolder folder, Report report) {}

  public Done install(Request request)
      throws HostException, EmulatorException, IOException, InterruptedException {
    HostFolder folder = HostFolder.choose(grounds.standpoint(), request.folder());
    try (Locked lock = Locked.of(folder)) {
      assert lock != null : "the lock is held";
      Ground ground = grounds.lasting(request.resident());
      try {
        Report report = install(request, folder, ground);
        if (request.resident()) {
          grounds.endTurn();
        } else {
          ground = grounds.provenAgain(ground);
          if (!ground.way().lasts()) {
            throw Grounds.lost();
          }
        }
        return new Done(ground, folder, report);
      } finally {
        if (!request.resident()) {
          grounds.leave(ground);
        }
      }
    }
  }

  private Report install(Request request, HostFolder folder, Ground ground)
      throws HostException, EmulatorException, IOException, InterruptedException {
    ground.requireWritable();
    State state = State.read(folder.state());
    EmulatorCopies copies = new EmulatorCopies(folder, state, emulators);
    copies.removePartial();
    folder.removeTrials();
    Registrar registrar = new Registrar(kernel, ground);
    List<Entry> before = registrar.entries();
    Turn.removeLeftovers(ground.folder(), Instant.now().minus(KILLED));
    Selection.Chosen wanted = selection.choose(request, folder, copies, before);
    List<Action> actions = wanted.actions();

    copies.write(wanted.missing(copies));
    List<String> notes = new ArrayList<>();
    for (String sentence : FlagAudit.missing(request.flags().toString())) {
      notes.add("flags " + request.flags() + ": " + sentence);
    }
    label(folder, wanted).ifPresent(notes::add);
    Set<String> guests = new TreeSet<>();
    actions.forEach(a -> guests.add(a.guest().qemu()));
    new Leases(state, ground.instance()).take(request.lease(), guests, Instant.now().toString());
    state.write(folder.state());
    Map<Guest, String> failures = new LinkedHashMap<>();
    for (Action action : actions) {
      apply(action, registrar, failures);
    }
    List<Entry> after = removeStandIns(registrar);
    EmulatorCopies.removeUnnamed(folder, interpreters(after), Instant.now().minus(KEPT));
    List<Report.Result> results =
        Results.of(actions, after, failures, verification, ground.view(), folder);
    return new Report(
        grounds.standpoint().sentence(),
        ground.way().sentence(),
        ground.way().lasts(),
        results,
        notes);
  }

  /// What an install would do, one sentence each. Changes nothing.
  public List<String> foresee(Request request)
      throws HostException, EmulatorException, IOException, InterruptedException {
    List<String> sentences = new ArrayList<>();
    sentences.add(grounds.foresight());
    HostFolder folder = HostFolder.foresee(grounds.standpoint(), request.folder());
    Optional<Ground> existing = grounds.existing();
    if (!grounds.standpoint().administrator() && existing.isPresent()) {
      existing.get().requireWritable();
    }
    List<Entry> entries = existing.isPresent() ? existing.get().instance().entries() : List.of();
    EmulatorCopies copies = new EmulatorCopies(folder, State.read(folder.state()), emulators);
    Selection.Chosen wanted = selection.choose(request, folder, copies, entries);
    List<EmulatorCopies.Copy> missing = wanted.missing(copies);
    long needed = missing.stream().mapToLong(c -> c.source().size()).sum();
    long free = HostFolder.store(folder.here()).getUsableSpace();
    if (needed > free) {
      throw HostException.failed(
          "the emulators need "
              + (needed >> 20)
              + " MiB, "
              + folder.path()
              + " has room for "
              + (free >> 20)
              + "; make room there or name another folder with --folder");
    }
    for (EmulatorCopies.Copy copy : missing) {
      sentences.add("copy " + copy.emulator().path() + " to " + copy.path());
    }
    wanted.actions().forEach(action -> sentences.add(action.sentence()));
    return sentences;
  }

  /// The label of a file that was just written, if this kernel has SELinux switched on.
  private Optional<String> label(HostFolder folder, Selection.Chosen wanted) throws IOException {
    if (!Files.exists(Path.of("/sys/fs/selinux/enforce"))) {
      return Optional.empty();
    }
    for (EmulatorCopies.Copy copy : wanted.copies().values()) {
      Path file = folder.local(copy.path());
      if (Files.exists(file) && kernel.get().xattrs().list(file).contains("security.selinux")) {
        String label =
            new String(
                    kernel.get().xattrs().value(file, "security.selinux"), StandardCharsets.UTF_8)
                .replace("\0", "");
        return Optional.of(labels.judge(label)).filter(s -> !s.isEmpty());
      }
    }
    return Optional.empty();
  }

  private static void apply(Action action, Registrar registrar, Map<Guest, String> failures)
      throws IOException {
    try {
      switch (action) {
        case Action.Register(Guest _, var rule, String _) -> register(rule, registrar);
        case Action.Replace(Guest _, var rule, String _) -> registrar.replace(rule);
        case Action.Refuse(Guest guest, String sentence) -> failures.put(guest, sentence);
        case Action.Keep _, Action.Native _ -> {}
      }
    } catch (RuleException | HostException e) {
      failures.put(action.guest(), String.valueOf(e.getMessage()));
    }
  }

  /// Somebody else may have registered the same a moment ago.
  private static void register(Rule rule, Registrar registrar)
      throws RuleException, HostException, IOException {
    try {
      registrar.register(rule);
    } catch (HostException e) {
      if (registrar.entries().stream().noneMatch(entry -> EntryRules.same(entry, rule))) {
        throw e;
      }
    }
  }

  /// A run that was killed while it replaced an entry left its stand-in.
  private static List<Entry> removeStandIns(Registrar registrar) throws IOException {
    List<Entry> entries = registrar.entries();
    Set<String> names = new LinkedHashSet<>();
    entries.forEach(e -> names.add(e.name()));
    for (Entry entry : entries) {
      String name = entry.name();
      if (name.endsWith(Registrar.STAND_IN)
          && Owners.isOurs(entry)
          && names.contains(name.substring(0, name.length() - 1))) {
        registrar.removeIfThere(name);
      }
    }
    return registrar.entries();
  }

  private static Set<String> interpreters(List<Entry> entries) {
    Set<String> interpreters = new TreeSet<>();
    entries.forEach(e -> interpreters.add(e.interpreter()));
    return interpreters;
  }
}
