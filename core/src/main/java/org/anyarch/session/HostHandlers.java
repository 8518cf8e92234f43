package org.anyarch.session;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.anyarch.binfmt.Entry;
import org.anyarch.binfmt.Instance;
import org.anyarch.elf.ElfProbe;
import org.anyarch.platform.Guest;
import org.anyarch.platform.Platform;

/// What the host runs by its own handlers, for a session that has none. Nothing is registered; what
/// is there is tried.
public final class HostHandlers implements Executables {
  private final Path folder;
  private final Platform host;
  private final Trial trial;

  /// @param folder where the host's binfmt_misc is seen, if it is seen at all
  /// @param scratch folders to try a program in
  public HostHandlers(Path folder, Platform host, List<Path> scratch) {
    this.folder = folder;
    this.host = host;
    this.trial = new Trial(scratch);
  }

  /// Makes sure that programs of these platforms run, in containers too.
  ///
  /// @return what runs them, a line for people; empty if the machine itself does
  /// @throws SessionException naming the first platform that does not run, and why
  public String require(List<Platform> platforms)
      throws SessionException, IOException, InterruptedException {
    List<String> used = new ArrayList<>();
    for (Platform platform : platforms) {
      Guest guest =
          Guest.of(platform)
              .orElseThrow(() -> new SessionException("no emulator runs " + platform));
      if (!guest.nativeOn(host)) {
        Optional<Entry> entry = entry(ElfProbe.exiting(guest, 0));
        if (!trial.runs(guest)) {
          requireTrial();
          throw new SessionException("the host does not run " + platform + reason(entry));
        }
        if (entry.isPresent() && !entry.get().flags().contains("F")) {
          throw new SessionException(
              "the host's handler "
                  + entry.get().name()
                  + " for "
                  + platform
                  + " lacks flag F, so a container would need "
                  + entry.get().interpreter()
                  + " in it");
        }
        entry.ifPresent(e -> used.add(e.name() + " (" + e.interpreter() + ")"));
      }
    }
    return String.join(", ", used);
  }

  /// As [#require], for whatever the host has.
  ///
  /// @throws SessionException if it runs no foreign program in containers
  public String requireAny() throws SessionException, IOException, InterruptedException {
    List<String> used = new ArrayList<>();
    for (Guest guest : Guest.all()) {
      Optional<Entry> entry = entry(ElfProbe.exiting(guest, 0));
      boolean own = guest.nativeOn(host) || (guest.isNarrowSiblingOf(host) && entry.isEmpty());
      if (!own && fit(entry) && trial.runs(guest)) {
        used.add(entry.map(Entry::name).orElse(guest.qemu()));
      }
    }
    if (used.isEmpty()) {
      requireTrial();
      throw new SessionException(
          "the host has no handler that runs foreign programs in containers");
    }
    return String.join(", ", used);
  }

  /// Where not even the machine's own programs start, a trial says nothing of handlers.
  private void requireTrial() throws SessionException, InterruptedException {
    List<Guest> own =
        Guest.all().stream().filter(g -> g.nativeOn(host) && ElfProbe.supports(g)).toList();
    for (Guest guest : own) {
      if (trial.runs(guest)) {
        return;
      }
    }
    if (!own.isEmpty()) {
      throw new SessionException(
          "no program can be tried in "
              + trial.folders()
              + ": it cannot be written, or is mounted noexec; set ANYARCH_HOME to a folder that allows both");
    }
  }

  /// An entry that cannot be seen is judged by trying alone.
  private static boolean fit(Optional<Entry> entry) {
    return entry.isEmpty() || entry.get().flags().contains("F");
  }

  private static String reason(Optional<Entry> entry) {
    return entry.isPresent()
        ? ": its handler " + entry.get().name() + " does not work"
        : ": it has no handler for it";
  }

  private Optional<Entry> entry(byte[] head) throws IOException {
    return Files.exists(folder.resolve("status"))
        ? Entry.first(Instance.at(folder).entries(), head, "probe")
        : Optional.empty();
  }

  @Override
  public boolean run(byte[] head, String path) throws IOException, InterruptedException {
    Optional<Guest> guest = Handlers.guestOf(head);
    return guest.isPresent()
        && (guest.get().nativeOn(host) || (fit(entry(head)) && trial.runs(guest.get())));
  }
}
