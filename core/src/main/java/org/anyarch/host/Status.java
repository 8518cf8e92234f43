package org.anyarch.host;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.anyarch.binfmt.Entry;
import org.anyarch.platform.Guest;

/// What can be found out without changing anything.
public final class Status {
  private Status() {}

  /// Who claims which guests.
  public static Map<String, State.Lease> leases(
      Standpoint standpoint, Optional<String> folder, List<Entry> entries) throws IOException {
    Optional<HostFolder> existing = HostFolder.existing(standpoint, folder);
    Path file = existing.map(HostFolder::state).orElse(Path.of("/nonexistent"));
    return Leases.all(State.read(file), entries);
  }

  /// Whether programs of these guests run.
  public static Map<Guest, Verification.Finding> works(
      Standpoint standpoint, List<Guest> guests, Verification verification)
      throws IOException, InterruptedException {
    Path scratch = Inventory.scratch();
    return verification.verify(
        standpoint.view(), new HostFolder(scratch.toString(), scratch), guests);
  }
}
