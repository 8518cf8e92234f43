package org.anyarch.host;

import java.util.List;
import java.util.Optional;
import org.anyarch.binfmt.Flags;
import org.anyarch.platform.Guest;

/// What is to be installed.
///
/// @param guests empty for every guest that an emulator can be had for
/// @param lease who needs the handlers: they stay when others uninstall them
/// @param folder the host's folder to use instead of the usual one
/// @param resident whether the caller stays and holds the instance
public record Request(
    Optional<List<Guest>> guests,
    Flags flags,
    Existing existing,
    String lease,
    Optional<String> folder,
    boolean resident) {
  /// Who installs without a lease of its own.
  public static final String HOST = "host";
}
