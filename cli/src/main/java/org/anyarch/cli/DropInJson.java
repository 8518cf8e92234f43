package org.anyarch.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.anyarch.binfmt.Entry;
import org.anyarch.host.Ground;
import org.anyarch.host.Grounds;
import org.anyarch.host.HostException;
import org.anyarch.host.Inventory;
import org.anyarch.host.Owners;
import org.anyarch.host.Status;
import org.anyarch.host.Verification;
import org.anyarch.platform.Guest;
import org.anyarch.platform.Platform;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The JSON of tonistiigi/binfmt: `supported`, the platforms of which a program was just run, and
/// `emulators`, the names of all enabled entries.
final class DropInJson {
  private static final List<Set<String>> X86_64_LEVELS =
      List.of(
          Set.of("cx16", "lahf_lm", "popcnt", "sse4_1", "sse4_2", "ssse3"),
          Set.of("avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe", "xsave"),
          Set.of("avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"));

  private DropInJson() {}

  static String of(Grounds grounds) throws HostException, IOException, InterruptedException {
    Ground ground = grounds.any();
    try {
      List<Entry> entries = ground.instance().entries();
      ObjectNode node = JsonNodeFactory.instance.objectNode();
      supported(grounds, entries).forEach(node.putArray("supported")::add);
      Set<String> names = new TreeSet<>();
      entries.stream()
          .filter(e -> e.enabled() && !Owners.isMark(e))
          .forEach(e -> names.add(e.name()));
      names.forEach(node.putArray("emulators")::add);
      return node.toPrettyString();
    } finally {
      grounds.leave(ground);
    }
  }

  private static List<String> supported(Grounds grounds, List<Entry> entries)
      throws IOException, InterruptedException {
    Platform host = Platform.host();
    List<Guest> guests = new ArrayList<>();
    for (Guest guest : Guest.all()) {
      boolean registered =
          entries.stream().anyMatch(e -> Inventory.guest(e).filter(guest::equals).isPresent());
      if (guest.platform().isPresent() && (registered || guest.isNarrowSiblingOf(host))) {
        guests.add(guest);
      }
    }
    List<String> supported = new ArrayList<>();
    for (Guest guest : Guest.all()) {
      if (guest.nativeOn(host)) {
        supported.addAll(names(guest, host));
      }
    }
    Map<Guest, Verification.Finding> outcomes =
        Status.works(grounds.standpoint(), guests, HostOptions.verification());
    outcomes.forEach(
        (guest, outcome) -> {
          if (outcome.works()) {
            supported.addAll(names(guest, host));
          }
        });
    return supported;
  }

  private static List<String> names(Guest guest, Platform host) {
    Platform platform = guest.platform().orElseThrow();
    String name = platform.os() + "/" + platform.architecture();
    List<String> names = new ArrayList<>();
    switch (platform.architecture()) {
      case "arm" -> names.addAll(List.of(name + "/v7", name + "/v6"));
      case "amd64" -> {
        names.add(name);
        for (int level = 2; guest.nativeOn(host) && level <= level(); level++) {
          names.add(name + "/v" + level);
        }
      }
      default -> names.add(name);
    }
    return names;
  }

  /// The x86-64 psABI's level of this CPU.
  private static int level() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
        if (line.startsWith("flags")) {
          List<String> flags = List.of(line.split("\\s+"));
          int level = 1;
          while (level <= X86_64_LEVELS.size() && flags.containsAll(X86_64_LEVELS.get(level - 1))) {
            level++;
          }
          return level;
        }
      }
    } catch (IOException unknown) {
      // Then the level that all have.
    }
    return 1;
  }
}
