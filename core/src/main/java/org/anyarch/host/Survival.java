package org.anyarch.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.anyarch.binfmt.Flags;
import org.anyarch.binfmt.Instance;
import org.anyarch.binfmt.Rule;
import org.anyarch.binfmt.RuleException;

/// Proof that an instance outlives this container: an entry is registered, all mounts that this
/// container has of the instance are taken away, and it is mounted anew. If nobody else held it, it
/// is empty now, as it would have been after our end.
final class Survival {
  static final String NAME = ".anyarch-probe-";

  private final Mountings mountings;

  Survival(Mountings mountings) {
    this.mountings = mountings;
  }

  /// @param device of the instance, as `major:minor`
  /// @param point where it is mounted now
  /// @return where it is mounted after the trial, and how that came out
  Outcome test(Path point, String device) throws IOException, HostException {
    String name = NAME + ProcessHandle.current().pid() + "-" + Long.toHexString(System.nanoTime());
    try {
      // No file has an extension with a slash's neighbour like this; nothing is ever started by it.
      Instance.at(point)
          .register(new Rule(name, new Rule.Match.Extension(name), "/nonexistent", Flags.NONE));
    } catch (RuleException e) {
      throw new IOException(e.getMessage(), e);
    }
    boolean gone;
    try {
      gone = mountings.unmountAll(device);
    } catch (IOException e) {
      Instance.at(point).remove(name);
      throw e;
    }
    Files.deleteIfExists(aside(point) ? point : Path.of("/nonexistent"));
    Path again = mountings.mountAside();
    boolean there = Files.exists(again.resolve(name));
    if (there) {
      Instance.at(again).remove(name);
    }
    return new Outcome(again, there && gone, there && !gone);
  }

  private static boolean aside(Path point) {
    return point.getFileName().toString().startsWith("anyarch-binfmt_misc-");
  }

  /// @param point where the instance is mounted now
  /// @param outlived whether the entry was still there without any mount of ours
  /// @param covered whether it was there, but so was a mount of ours that cannot be taken away
  ///   because another one covers it
  record Outcome(Path point, boolean outlived, boolean covered) {}

  /// Removes what trials left that were killed.
  static void removeLeftovers(Instance instance, List<String> names) throws IOException {
    for (String name : names) {
      if (name.startsWith(NAME)) {
        instance.remove(name);
      }
    }
  }
}
