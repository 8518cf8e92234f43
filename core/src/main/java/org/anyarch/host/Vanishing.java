package org.anyarch.host;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;

/// Work in a folder that somebody else may remove at any moment, because it is the last one who
/// used it.
final class Vanishing {
  /// Somebody else got on each time one of these failed; what fails as often is not there for
  /// another reason, as in /proc.
  private static final int ATTEMPTS = 100;

  private Vanishing() {}

  /// @param <T> what it results in
  interface Attempt<T> {
    /// @return empty if what it found was removed meanwhile
    Optional<T> run() throws IOException;
  }

  /// Does it again as long as something is removed under it.
  static <T> T outlast(Attempt<T> attempt) throws IOException {
    NoSuchFileException last = new NoSuchFileException("", null, "it is removed all the time");
    for (int i = 0; i < ATTEMPTS; i++) {
      try {
        Optional<T> done = attempt.run();
        if (done.isPresent()) {
          return done.get();
        }
      } catch (NoSuchFileException removed) {
        last = removed;
      }
    }
    throw last;
  }
}
