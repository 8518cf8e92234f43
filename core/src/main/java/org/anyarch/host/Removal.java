package org.anyarch.host;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.anyarch.binfmt.Entry;
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

  /// Does it. A claim is given up before its entries go, so one that is interrupted can be
  /// repeated.
  public List<Step> remove(Request request) throws IOException, HostException {
    HostFolder folder = HostFolder.choose(grounds.standpoint(), request.folder());
    try (Locked lock = Locked.of(folder)) {
      assert lock != null : "the lock is held";
      Ground ground = grounds.any();
      try {
        State state = State.read(folder.state());
        List<Entry> entries = ground.instance().entries();
        List<Step> steps = steps(request, entries, Leases.all(state, entries));
        Leases leases = new Leases(state, ground.instance());
        if (request.patterns().contains("all")) {
          // Also what was flushed or did not come back after a boot.
          leases.release(request.lease());
        } else {
          leases.release(request.lease(), guests(request, entries));
        }
        state.write(folder.state());
        Set<String> interpreters = new TreeSet<>();
        for (Step step : steps) {
          if (step.remove()) {
            ground.instance().remove(step.name());
          }
        }
        ground.instance().entries().forEach(e -> interpreters.add(e.interpreter()));
        EmulatorCopies.removeUnnamed(folder, interpreters, Instant.now());
        folder.removeIfUnused(state, request.folder().isEmpty());
        return steps;
      } finally {
        grounds.leave(ground);
      }
    }
  }

  private static Set<String> guests(Request request, List<Entry> entries) {
    Set<String> guests = new TreeSet<>();
    for (Entry entry : entries) {
      if (request.patterns().stream().anyMatch(p -> means(p, entry))) {
        Inventory.guest(entry).ifPresent(g -> guests.add(g.qemu()));
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
