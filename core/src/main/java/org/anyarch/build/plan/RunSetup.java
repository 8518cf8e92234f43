package org.anyarch.build.plan;

import java.util.List;
import org.anyarch.build.containerfile.RunFlags;

/// What a RUN asks for beside its command.
///
/// @param mounts those that others lie in first
public record RunSetup(
    List<PlannedMount> mounts, RunFlags.Network network, RunFlags.Security security) {
  public RunSetup {
    mounts = List.copyOf(mounts);
  }
}
