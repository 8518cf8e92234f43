package org.anyarch.host;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.anyarch.platform.Guest;

/// Finds out whether guests' programs run, by running some.
public interface Verification {
  /// How it came out for a guest.
  ///
  /// @param sentence what happened, and what that means
  record Finding(boolean works, String sentence) {}

  /// @param folder of the host, writable and executable, for the programs
  Map<Guest, Finding> verify(HostView view, HostFolder folder, List<Guest> guests)
      throws IOException, InterruptedException;
}
