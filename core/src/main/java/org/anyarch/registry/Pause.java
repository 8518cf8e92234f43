package org.anyarch.registry;

import java.time.Duration;

/// Waits, as long as it is told or not at all.
interface Pause {
  void pause(Duration time) throws InterruptedException;
}
