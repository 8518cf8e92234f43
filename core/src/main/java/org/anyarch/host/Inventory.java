package org.anyarch.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.anyarch.binfmt.Entry;
import org.anyarch.binfmt.Rule;
import org.anyarch.platform.Guest;

/// What entries are for, and what they really start.
public final class Inventory {
  private static final List<String> SCRATCH = List.of("/tmp", "/var/tmp", "/run", "/dev/shm");

  private Inventory() {}

  /// The guest whose programs an entry takes, if it is one of ours: exactly these bytes.
  public static Optional<Guest> guest(Entry entry) {
    return entry
        .match()
        .flatMap(
            m ->
                m instanceof Rule.Match.Magic magic
                    ? Guest.all().stream().filter(g -> takes(magic, g)).findFirst()
                    : Optional.empty());
  }

  private static boolean takes(Rule.Match.Magic magic, Guest guest) {
    return magic.offset() == 0
        && magic.magic().length() >= guest.magic().length()
        && magic.takes(Comparison.head(guest), "/program");
  }

  /// `ELF of arm64`, or the first bytes.
  public static String describe(Rule.Match.Magic magic) {
    for (Guest guest : Guest.all()) {
      if (takes(magic, guest)) {
        return "ELF of " + guest.qemu();
      }
    }
    String bytes = magic.magic().toString();
    return "bytes "
        + (bytes.length() > 16 ? bytes.substring(0, 16) + "..." : bytes)
        + (magic.offset() == 0 ? "" : " at " + magic.offset());
  }

  /// The versions of the emulators that the kernel starts, by entry; their files may be gone.
  public static Map<String, String> loaded(List<Entry> entries)
      throws IOException, InterruptedException {
    Map<String, String> names = new TreeMap<>();
    List<Guest> guests = new ArrayList<>();
    for (Entry entry : entries) {
      Optional<Guest> guest = guest(entry);
      // What is shadowed or disabled is not started.
      if (guest.isPresent()
          && Entry.first(entries, Comparison.head(guest.get()), "/program")
              .filter(entry::equals)
              .isPresent()) {
        guests.add(guest.get());
        names.put(guest.get().qemu(), entry.name());
      }
    }
    Map<String, String> versions = new TreeMap<>();
    Loaded.versions(guests, scratch())
        .forEach((guest, version) -> versions.put(names.getOrDefault(guest, guest), version));
    return versions;
  }

  /// A folder whose programs can be executed.
  static Path scratch() throws IOException {
    MountTable table = MountTable.read(Path.of("/proc/self/mountinfo"));
    for (String folder : SCRATCH) {
      if (Files.isWritable(Path.of(folder))
          && table.of(folder).filter(m -> m.has("noexec")).isEmpty()) {
        return Path.of(folder);
      }
    }
    return Path.of("/");
  }
}
