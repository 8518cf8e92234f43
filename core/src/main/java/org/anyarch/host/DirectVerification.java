package org.anyarch.host;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.anyarch.elf.ElfProbe;
import org.anyarch.platform.Guest;
import org.jspecify.annotations.Nullable;

/// Runs a tiny program of each guest as an ordinary process of this mount namespace. Of a guest for
/// which no program can be made it only finds out that its emulator starts.
public final class DirectVerification implements Verification {
  private static final int STATUS = 42;

  /// Looks from where this process stands.
  public DirectVerification() {
    // Nothing to be kept.
  }

  @Override
  public Map<Guest, Outcome> verify(HostView view, HostFolder folder, List<Guest> guests)
      throws IOException, InterruptedException {
    Map<String, byte[]> programs = new TreeMap<>();
    List<Guest> others = new ArrayList<>();
    for (Guest guest : guests) {
      if (ElfProbe.supports(guest)) {
        programs.put(guest.qemu(), ElfProbe.exiting(guest, STATUS));
      } else {
        others.add(guest);
      }
    }
    Map<String, Trial.Ended> ended = Trial.run(folder.here(), programs, Map.of());
    Map<String, String> versions = Loaded.versions(others, folder.here());
    Map<Guest, Outcome> outcomes = new LinkedHashMap<>();
    for (Guest guest : guests) {
      outcomes.put(
          guest,
          ElfProbe.supports(guest)
              ? ran(ended.get(guest.qemu()))
              : started(versions.get(guest.qemu())));
    }
    return outcomes;
  }

  private static Outcome started(@Nullable String version) {
    return version == null
        ? new Outcome(false, "no emulator starts for its programs")
        : new Outcome(true, "its emulator (QEMU " + version + ") starts");
  }

  private static Outcome ran(Trial.@Nullable Ended ended) {
    if (ended == null || ended.status() == Trial.NONE) {
      return new Outcome(false, "a program of it: " + (ended == null ? "lost" : ended.text()));
    }
    return switch (ended.status()) {
      case STATUS -> new Outcome(true, "a program of it ran");
      // What execve(2) does not know (ENOEXEC), Java gives to the shell, as execvp(3) does.
      case 126, 127 ->
          new Outcome(false, "nothing takes its programs: Exec format error (ENOEXEC)");
      default ->
          new Outcome(
              false,
              "a program of it ended with status " + ended.status() + " instead of " + STATUS);
    };
  }
}
