package org.anyarch.registry;

import java.util.function.LongConsumer;

/// Tells of bytes in their order, and of those that come a second time no more; from whatever
/// thread they pass in.
final class HighWater {
  private final LongConsumer listener;
  private long told;

  HighWater(LongConsumer listener) {
    this.listener = listener;
  }

  /// @param position how many there are now
  synchronized void at(long position) {
    if (position > told) {
      listener.accept(position - told);
      told = position;
    }
  }
}
