package org.anyarch.cli.progress;

import org.anyarch.build.Progress;

/// A way to show a build's progress. Ends with the build: what a terminal shows while it goes on is
/// taken away then.
public interface ProgressView extends Progress, AutoCloseable {
  @Override
  default void close() {}
}
