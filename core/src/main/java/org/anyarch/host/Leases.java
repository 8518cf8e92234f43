package org.anyarch.host;

import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.anyarch.binfmt.Entry;
import org.anyarch.binfmt.Flags;
import org.anyarch.binfmt.Instance;
import org.anyarch.binfmt.Rule;
import org.anyarch.binfmt.RuleException;

/// Who claims which guests. Claims are in two places: in the folder of the host, where they outlast
/// a boot, and as entries of the instance, where everybody sees them who could remove its handlers,
/// also containers that share no folder.
public final class Leases {
  private static final String NAME = Marks.PREFIX + "lease-";
  private static final String INTERPRETER = "/lease";

  /// How often the entry of a name is read again after somebody else has written it.
  private static final int ATTEMPTS = 20;

  private final State state;
  private final Instance instance;

  Leases(State state, Instance instance) {
    this.state = state;
    this.instance = instance;
  }

  /// All claims, by name.
  public static Map<String, State.Lease> all(State state, List<Entry> entries) {
    Map<String, State.Lease> all = new TreeMap<>(state.leases());
    for (Entry entry : entries) {
      named(entry).ifPresent(l -> all.merge(l.name(), l.lease(), Leases::together));
    }
    return all;
  }

  /// Who claims a guest.
  static List<String> claimants(Map<String, State.Lease> leases, String guest) {
    List<String> names = new ArrayList<>();
    leases.forEach(
        (name, lease) -> {
          if (lease.guests().contains(guest)) {
            names.add(name);
          }
        });
    return names;
  }

  /// Adds guests to a claim. The folder's state is not written yet.
  void take(String name, Set<String> guests, String now) throws IOException {
    State.Lease claim = new State.Lease(guests, now);
    state.lease(name, guests, now);
    String mark = mark(name);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Optional<State.Lease> old = read(mark);
      State.Lease wanted = old.map(o -> together(o, claim)).orElse(claim);
      if (old.filter(wanted::equals).isPresent()) {
        return;
      }
      removeIfThere(mark);
      if (written(mark, name, wanted)) {
        return;
      }
    }
    throw new IOException("the lease " + name + " changes all the time; run this again");
  }

  /// Whether the mark was made; not if somebody else made one of that name meanwhile.
  private boolean written(String mark, String name, State.Lease lease) throws IOException {
    try {
      instance.register(rule(mark, name, lease));
      return true;
    } catch (RuleException e) {
      throw new IOException("the lease " + name + " is too long: " + e.getMessage(), e);
    } catch (IOException e) {
      if (Files.exists(instance.file(mark))) {
        return false;
      }
      throw e;
    }
  }

  /// Gives a claim up. The folder's state is not written yet.
  void release(String name) throws IOException {
    state.release(name);
    removeIfThere(mark(name));
  }

  /// Gives a claim up for these guests. The folder's state is not written yet.
  void release(String name, Set<String> guests) throws IOException {
    state.release(name, guests);
    String mark = mark(name);
    Optional<State.Lease> old = read(mark);
    removeIfThere(mark);
    if (old.isPresent()) {
      Set<String> left = new TreeSet<>(old.get().guests());
      left.removeAll(guests);
      if (!left.isEmpty()) {
        boolean _ = written(mark, name, new State.Lease(left, old.get().since()));
      }
    }
  }

  /// The name of the entry that stands for a claim, whatever characters that has.
  static String mark(String name) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
      return NAME + HexFormat.of().formatHex(Arrays.copyOf(digest, 8));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  private record Named(String name, State.Lease lease) {}

  /// The interpreter is `/lease/NAME/SINCE/GUEST,GUEST`; nobody ever starts it.
  private static Rule rule(String mark, String name, State.Lease lease) {
    String text =
        String.join(
            "/",
            INTERPRETER,
            URLEncoder.encode(name, StandardCharsets.UTF_8),
            URLEncoder.encode(lease.since(), StandardCharsets.UTF_8),
            String.join(",", lease.guests()));
    return new Rule(mark, new Rule.Match.Extension(Marks.NOTHING + "lease"), text, Flags.NONE);
  }

  /// Anybody may register an entry that looks like a claim; one that no install would have made is
  /// none.
  private static Optional<Named> named(Entry entry) {
    String[] parts = entry.interpreter().split("/", -1);
    if (!entry.name().startsWith(NAME) || parts.length != 5) {
      return Optional.empty();
    }
    try {
      String name = URLDecoder.decode(parts[2], StandardCharsets.UTF_8);
      String since = URLDecoder.decode(parts[3], StandardCharsets.UTF_8);
      List<String> guests = List.of(parts[4].split(",", -1));
      return entry.name().equals(mark(name))
          ? Optional.of(new Named(name, new State.Lease(new TreeSet<>(guests), since)))
          : Optional.empty();
    } catch (IllegalArgumentException notOurs) {
      return Optional.empty();
    }
  }

  private Optional<State.Lease> read(String mark) throws IOException {
    Path file = instance.file(mark);
    return Files.exists(file)
        ? named(Entry.parse(mark, Files.readString(file, StandardCharsets.ISO_8859_1)))
            .map(Named::lease)
        : Optional.empty();
  }

  private void removeIfThere(String mark) throws IOException {
    if (Files.exists(instance.file(mark))) {
      instance.remove(mark);
    }
  }

  private static State.Lease together(State.Lease older, State.Lease newer) {
    Set<String> guests = new TreeSet<>(older.guests());
    guests.addAll(newer.guests());
    return new State.Lease(guests, older.since());
  }
}
