package org.anyarch.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.anyarch.binfmt.CaptureCheck;
import org.anyarch.binfmt.Entry;
import org.anyarch.emulator.Emulator;
import org.anyarch.emulator.EmulatorException;
import org.anyarch.emulator.Emulators;
import org.anyarch.platform.Guest;
import org.anyarch.platform.Platform;
import org.anyarch.session.NativeGuests;

/// Which guests a request means, and what is to be done for each. Changes nothing of the host.
record Selection(Standpoint standpoint, Emulators emulators) {

  /// The actions of a plan and the emulators they need.
  record Chosen(List<Action> actions, Map<Guest, EmulatorCopies.Copy> copies) {
    /// Those of the emulators that have to be copied.
    List<EmulatorCopies.Copy> missing(EmulatorCopies folder) throws IOException {
      List<EmulatorCopies.Copy> missing = new ArrayList<>();
      for (Action action : actions) {
        if (action instanceof Action.Register || action instanceof Action.Replace) {
          EmulatorCopies.Copy copy = this.copies.get(action.guest());
          if (copy != null && !folder.present(copy)) {
            missing.add(copy);
          }
        }
      }
      return missing;
    }
  }

  /// @param entries what is registered, in the kernel's order
  Chosen choose(Request request, HostFolder folder, EmulatorCopies copies, List<Entry> entries)
      throws EmulatorException, IOException, InterruptedException {
    List<Guest> guests = new ArrayList<>();
    List<Emulator> needed = new ArrayList<>();
    Map<Guest, Action> actions = new LinkedHashMap<>();
    NativeGuests natives =
        new NativeGuests(
            Platform.host(),
            List.of(Files.isDirectory(folder.here()) ? folder.here() : Path.of("/tmp")));
    for (Guest guest : request.guests().orElse(Guest.all())) {
      boolean taken = Entry.first(entries, Comparison.head(guest), "/program").isPresent();
      if (!taken && natives.runs(guest)) {
        if (request.guests().isPresent()) {
          guests.add(guest);
          actions.put(guest, new Action.Native(guest));
        }
      } else if (request.guests().isPresent()) {
        guests.add(guest);
        needed.add(emulators.forGuest(guest));
      }
    }
    if (request.guests().isEmpty()) {
      for (Emulator emulator : available()) {
        boolean taken =
            Entry.first(entries, Comparison.head(emulator.guest()), "/program").isPresent();
        if (taken || !natives.runs(emulator.guest())) {
          guests.add(emulator.guest());
          needed.add(emulator);
        }
      }
    }
    Map<Guest, EmulatorCopies.Copy> found = copies.identify(needed);
    CaptureCheck capture =
        OwnPrograms.check(
            standpoint.view(),
            found.values().stream().map(c -> c.emulator().path()).limit(1).toList());
    Planner planner = new Planner(entries, capture, request.flags(), request.existing());
    for (Map.Entry<Guest, EmulatorCopies.Copy> copy : found.entrySet()) {
      actions.put(copy.getKey(), planner.plan(copy.getKey(), copy.getValue().path()));
    }
    return new Chosen(guests.stream().map(actions::get).toList(), found);
  }

  private List<Emulator> available() throws EmulatorException, IOException, InterruptedException {
    List<Emulator> available = emulators.available();
    if (available.isEmpty()) {
      emulators.fetch();
      available = emulators.available();
    }
    return available;
  }
}
