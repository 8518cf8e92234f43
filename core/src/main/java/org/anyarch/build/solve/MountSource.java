package org.anyarch.build.solve;

import java.io.IOException;
import org.anyarch.build.BuildException;
import org.anyarch.build.plan.CopySource;

/// Files that a mount shows.
///
/// @param snapshot a root
/// @param path where in it they are; links are followed within the root
record MountSource(Snapshot snapshot, String path) {

  /// Finds them for one stage.
  interface Finder {
    /// @param path what of the source is wanted
    MountSource find(CopySource source, String path)
        throws IOException, BuildException, InterruptedException;

    /// What the source is known by.
    String key(CopySource source) throws IOException, BuildException, InterruptedException;
  }
}
