package org.anyarch.host;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.anyarch.kernel.Kernel;

/// Brings the handlers of a snapshot back to the host.
public final class Restoration {
  private final Supplier<Kernel> kernel;
  private final Grounds grounds;

  public Restoration(Supplier<Kernel> kernel, Grounds grounds) {
    this.kernel = kernel;
    this.grounds = grounds;
  }

  /// What would be done. Changes nothing.
  public List<String> foresee(HandlerSnapshot snapshot) throws HostException, IOException {
    Ground ground = grounds.any();
    try {
      return snapshot.restore(kernel, ground, true);
    } finally {
      grounds.leave(ground);
    }
  }

  /// Does it, taking turns with installs and uninstalls.
  ///
  /// @return what was done, one line each
  public List<String> restore(HandlerSnapshot snapshot, Optional<String> folder)
      throws HostException, IOException, InterruptedException {
    Optional<HostFolder> existing = HostFolder.existing(grounds.standpoint(), folder);
    if (existing.isEmpty()) {
      return restore(snapshot);
    }
    try (Locked lock = Locked.of(existing.get())) {
      assert lock != null : "the lock is held";
      return restore(snapshot);
    }
  }

  private List<String> restore(HandlerSnapshot snapshot)
      throws HostException, IOException, InterruptedException {
    Ground ground = grounds.lasting(false);
    try {
      List<String> done = snapshot.restore(kernel, ground, false);
      ground = grounds.provenAgain(ground);
      if (!ground.way().lasts()) {
        throw Grounds.lost();
      }
      return done;
    } finally {
      grounds.leave(ground);
    }
  }
}
