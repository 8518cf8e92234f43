package org.anyarch.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.anyarch.kernel.Replacement;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What anyarch remembers on the host: who needs which guests, and what was copied from where.
/// Which entries are ours is not among it, since that is seen from the entries themselves.
public final class State {
  private static final long LARGEST = 4 << 20;

  private final Map<String, Lease> leases = new TreeMap<>();
  private final Map<String, Source> sources = new TreeMap<>();

  /// Somebody's claim on handlers: as long as it is there, nobody else's uninstall removes them.
  ///
  /// @param guests as QEMU calls them
  /// @param since when it was taken, as an instant's text
  public record Lease(Set<String> guests, String since) {
    public Lease {
      guests = new TreeSet<>(guests);
    }
  }

  /// An emulator that was copied, so that it need not be read again while it stays as it is.
  ///
  /// @param modified of the file it was copied from, as an instant's text
  record Source(long size, String modified, String digest, String version) {}

  private State() {}

  /// Reads the file; a missing one is empty, and so is one that cannot be understood: everything in
  /// it can be found out again but the leases, which are renewed with each install.
  static State read(Path file) throws IOException {
    State state = new State();
    if (!Files.isRegularFile(file) || Files.size(file) > LARGEST) {
      return state;
    }
    try {
      JsonNode root = JsonMapper.shared().readTree(Files.readAllBytes(file));
      for (Map.Entry<String, JsonNode> lease : root.path("leases").properties()) {
        Set<String> guests = new TreeSet<>();
        lease.getValue().path("guests").forEach(g -> guests.add(g.asString("")));
        state.leases.put(
            lease.getKey(), new Lease(guests, lease.getValue().path("since").asString("")));
      }
      for (Map.Entry<String, JsonNode> source : root.path("sources").properties()) {
        JsonNode node = source.getValue();
        String digest = node.path("digest").asString("");
        if (digest.matches("[0-9a-f]{64}")) {
          state.sources.put(
              source.getKey(),
              new Source(
                  node.path("size").asLong(-1),
                  node.path("modified").asString(""),
                  digest,
                  node.path("version").asString("")));
        }
      }
    } catch (JacksonException damaged) {
      return new State();
    }
    return state;
  }

  /// Writes the file as a whole: whoever reads meanwhile sees the old or the new one.
  void write(Path file) throws IOException {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ObjectNode all = root.putObject("leases");
    leases.forEach(
        (name, lease) -> {
          ObjectNode node = all.putObject(name).put("since", lease.since());
          lease.guests().forEach(node.putArray("guests")::add);
        });
    ObjectNode copied = root.putObject("sources");
    sources.forEach(
        (path, source) ->
            copied
                .putObject(path)
                .put("size", source.size())
                .put("modified", source.modified())
                .put("digest", source.digest())
                .put("version", source.version()));
    new Replacement(file, "", true).write(JsonMapper.shared().writeValueAsBytes(root));
  }

  public Map<String, Lease> leases() {
    return Map.copyOf(leases);
  }

  void lease(String name, Set<String> guests, String now) {
    Lease old = leases.get(name);
    Set<String> together = new TreeSet<>(guests);
    if (old != null) {
      together.addAll(old.guests());
    }
    leases.put(name, new Lease(together, old == null ? now : old.since()));
  }

  /// Gives a claim up.
  void release(String name) {
    leases.remove(name);
  }

  /// Gives a claim up for these guests.
  void release(String name, Set<String> guests) {
    Lease old = leases.remove(name);
    if (old != null) {
      Set<String> left = new TreeSet<>(old.guests());
      left.removeAll(guests);
      if (!left.isEmpty()) {
        leases.put(name, new Lease(left, old.since()));
      }
    }
  }

  Map<String, Source> sources() {
    return sources;
  }
}
