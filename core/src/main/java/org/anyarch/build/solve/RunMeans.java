package org.anyarch.build.solve;

import java.io.IOException;
import org.anyarch.session.OciRuntime;
import org.anyarch.session.SessionException;

/// Gets ready what RUN steps need on this machine: handlers for foreign programs, and a runtime. A
/// build asks for it when its first such step runs, and so not at all if everything is cached.
public interface RunMeans {
  /// Called once.
  ///
  /// @throws SessionException if something is missing; the message says what to do
  OciRuntime ready() throws SessionException, IOException, InterruptedException;
}
