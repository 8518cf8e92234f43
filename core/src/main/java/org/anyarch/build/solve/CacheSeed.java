package org.anyarch.build.solve;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.anyarch.build.plan.ModeChange;
import org.anyarch.kernel.Kernel;
import org.anyarch.oci.UnixFile;

/// What a new cache begins with: a copy of a folder, owners included.
final class CacheSeed {
  private CacheSeed() {}

  static void copy(Kernel kernel, Path source, Path target, Consumer<String> warnings)
      throws IOException {
    TreeCopy.Looks looks = new TreeCopy.Looks(Optional.empty(), ModeChange.NONE);
    new TreeCopy(kernel, looks, Selection.ALL, warnings).contents(source, target);
    UnixFile seen = UnixFile.of(source);
    kernel.nodes().own(target, seen.owner().uid(), seen.owner().gid());
    // A change of owner clears setgid bits.
    kernel.nodes().permit(target, seen.mode());
  }
}
