package org.anyarch.session;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.anyarch.platform.Guest;
import org.anyarch.platform.Platform;

/// Which guests this machine's CPU and kernel run without an emulator. Its own architecture always;
/// its 32-bit sibling only where both CPU and kernel still have it, which is found out by trying.
public final class NativeGuests {
  private final Platform host;
  private final Trial trial;

  /// @param scratch folders to try a program in; the first that allows writing and execution counts
  public NativeGuests(Platform host, List<Path> scratch) {
    this.host = host;
    this.trial = new Trial(scratch);
  }

  public boolean runs(Guest guest) throws IOException, InterruptedException {
    return guest.nativeOn(host) || (guest.isNarrowSiblingOf(host) && trial.runs(guest));
  }
}
