package org.anyarch.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.anyarch.binfmt.Entry;
import org.anyarch.kernel.Failures;
import org.anyarch.platform.Guest;

/// Takes handlers away: those of anyarch, as long as nobody else has a lease on them.
public final class Removal {
  private final Grounds grounds;

  public Removal(Grounds grounds) {
    this.grounds = grounds;
  }

  /// @param patterns platforms, names of entries, patterns with `*` and `?`, or `all`
  /// @param lease whose claim is given up
  /// @param foreign whether entries of others go too
  /// @param force whether leases of others do not count
  public record Request(
      List<String> patterns,
      String lease,
      Optional<String> folder,
      boolean foreign,
      boolean force) {
    public Request {
      patterns = List.copyOf(patterns);
    }
  }

  /// What becomes of an entry, or of a pattern that names none.
  ///
  /// @param refused whether it was asked for by name and stays because it is not ours
  public record Step(String name, boolean remove, boolean refused, String sentence) {}

  /// What would be done. Changes nothing.
  public List<Step> foresee(Request request) throws IOException, HostException {
    Ground ground = grounds.any();
    try {
      Optional<HostFolder> folder = HostFolder.existing(grounds.standpoint(), request.folder());
      Path file = folder.map(HostFolder::state).orElse(Path.of("/nonexistent"));
      List<Entry> entries = ground.instance().entries();
      return steps(request, entries, Leases.all(State.read(file), entries));
    } finally {
      grounds.leave(ground);
    }
  }

  /// Does it. A claim is given up before its entries go, and in the folder last, when there is room
  /// again on a disk that was full: one that is interrupted can be repeated.
  public List<Step> remove(Request request) throws IOException, HostException {
    HostFolder folder = HostFolder.choose(grounds.standpoint(), request.folder());
    try (Locked lock = Locked.of(folder)) {
      assert lock != null : "the lock is held";
      Ground ground = grounds.anyWritable();
      try {
        return remove(request, folder, ground);
      } finally {
        grounds.leave(ground);
      }
    }
  }

  private List<Step> remove(Request request, HostFolder folder, Ground ground)
      throws IOException, HostException {
    State state = State.read(folder.state());
    List<Entry> entries = ground.instance().entries();
    Map<String, State.Lease> claims = Leases.all(state, entries);
    List<Step> steps = new ArrayList<>(steps(request, entries, claims));
    String mark = Leases.mark(request.lease());
    if (steps.stream().anyMatch(Step::remove)
        || entries.stream().anyMatch(e -> e.name().equals(mark))) {
      ground.requireWritable();
    }
    release(request, entries, steps, claims, new Leases(state, ground.instance()));
    for (Step step : steps) {
      if (step.remove()) {
        ground.instance().remove(step.name());
      }
    }
    List<Entry> left = ground.instance().entries();
    Set<String> interpreters = new TreeSet<>();
    left.forEach(e -> interpreters.add(e.interpreter()));
    Set<String> claimed = new TreeSet<>();
    Leases.all(state, left).values().forEach(lease -> claimed.addAll(lease.guests()));
    EmulatorCopies.removeUnclaimed(folder, interpreters, claimed);
    written(state, folder, request.lease()).ifPresent(steps::add);
    folder.removeIfUnused(state, grounds.standpoint().view(), request.folder().isEmpty());
    return steps;
  }

  private static void release(
      Request request,
      List<Entry> entries,
      List<Step> steps,
      Map<String, State.Lease> claims,
      Leases leases)
      throws IOException {
    if (request.patterns().contains("all")) {
      // Also what was flushed or did not come back after a boot.
      leases.release(request.lease());
    } else {
      leases.release(request.lease(), guests(request, entries));
    }
    if (request.force()) {
      Set<String> removed = new TreeSet<>();
      for (Entry entry : entries) {
        if (steps.stream().anyMatch(s -> s.remove() && s.name().equals(entry.name()))) {
          Inventory.guest(entry).ifPresent(g -> removed.add(g.qemu()));
        }
      }
      for (Map.Entry<String, State.Lease> claim : claims.entrySet()) {
        if (!Collections.disjoint(claim.getValue().guests(), removed)) {
          leases.release(claim.getKey(), removed);
        }
      }
    }
  }

  /// What is to be said if the state could not be written: all else is done nevertheless. A state
  /// without a claim says nothing that could not be found out again, so the file may go instead.
  private static Optional<Step> written(State state, HostFolder folder, String lease)
      throws IOException {
    try {
      state.write(folder.state());
      return Optional.empty();
    } catch (IOException e) {
      if (state.leases().isEmpty()) {
        Files.deleteIfExists(folder.state());
        return Optional.empty();
      }
      String file = folder.path() + "/" + folder.state().getFileName();
      return Optional.of(
          new Step(
              file,
              false,
              true,
              file
                  + ": cannot be written ("
                  + Failures.describe(e)
                  + "), so the lease "
                  + lease
                  + " stays in it; make room there and run this again"));
    }
  }

  /// Also those without an entry, whose handlers were flushed.
  private static Set<String> guests(Request request, List<Entry> entries) {
    Set<String> guests = new TreeSet<>();
    for (String pattern : request.patterns()) {
      Guest.named(pattern).ifPresent(g -> guests.add(g.qemu()));
      for (Entry entry : entries) {
        if (means(pattern, entry)) {
          Inventory.guest(entry).ifPresent(g -> guests.add(g.qemu()));
        }
      }
    }
    return guests;
  }

  private static List<Step> steps(
      Request request, List<Entry> entries, Map<String, State.Lease> leases) {
    List<Step> steps = new ArrayList<>();
    Set<String> done = new TreeSet<>();
    for (String pattern : request.patterns()) {
      boolean found = false;
      for (Entry entry : entries) {
        if (!Marks.is(entry) && means(pattern, entry)) {
          found = true;
          if (done.add(entry.name())) {
            steps.add(step(request, pattern, entry, leases));
          }
        }
      }
      if (!found) {
        steps.add(new Step(pattern, false, false, pattern + ": nothing of that is registered"));
      }
    }
    return steps;
  }

  private static Step step(
      Request request, String pattern, Entry entry, Map<String, State.Lease> leases) {
    String name = entry.name();
    if (!Owners.isOurs(entry) && !request.foreign()) {
      boolean asked = !isPattern(pattern);
      return new Step(
          name,
          false,
          asked,
          name
              + ": left, it belongs to "
              + Owners.of(entry)
              + " ("
              + entry.interpreter()
              + ")"
              + (asked ? "; --foreign removes it nevertheless" : ""));
    }
    List<String> others =
        Inventory.guest(entry)
            .map(g -> Leases.claimants(leases, g.qemu()))
            .orElse(List.of())
            .stream()
            .filter(n -> !n.equals(request.lease()))
            .toList();
    if (!others.isEmpty() && !request.force() && Owners.isOurs(entry)) {
      return new Step(
          name,
          false,
          false,
          name
              + ": left, needed by "
              + String.join(", ", others)
              + "; --force removes it nevertheless");
    }
    return new Step(name, true, false, name + ": removed");
  }

  private static Pattern wildcards(String text) {
    StringBuilder regex = new StringBuilder();
    text.chars()
        .forEach(
            c ->
                regex.append(
                    c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(Character.toString(c))));
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }

  private static boolean isPattern(String text) {
    return text.equals("all") || text.contains("*") || text.contains("?");
  }

  private static boolean means(String pattern, Entry entry) {
    if (pattern.equals("all")) {
      return Owners.isOurs(entry);
    }
    if (isPattern(pattern)) {
      return wildcards(pattern).matcher(entry.name()).matches();
    }
    Optional<Guest> guest = Guest.named(pattern);
    return entry.name().equals(pattern)
        || guest
            .filter(
                g ->
                    entry.name().equals("qemu-" + g.qemu())
                        || entry.name().equals("qemu-" + g.qemu() + Registrar.STAND_IN))
            .isPresent();
  }
}
