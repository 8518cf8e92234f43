package org.anyarch.session;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.anyarch.kernel.Mounts;

/// A folder in memory that only this session sees and that ends with it, however it ends: a tmpfs
/// mounted over an empty folder of the host.
///
/// @param folder where it is
public record Scratch(Path folder, Mounts mounts) implements AutoCloseable {

  /// Mounts it over `folder`, which is made if it is not there.
  public static Scratch mount(Path folder, Mounts mounts) throws IOException {
    Files.createDirectories(folder);
    mounts.mount(
        "anyarch", folder, "tmpfs", Set.of(Mounts.Flag.NO_SUID, Mounts.Flag.NO_DEV), "mode=700");
    return new Scratch(folder, mounts);
  }

  /// Lets go of it, for a session that goes on.
  @Override
  public void close() throws IOException {
    mounts.unmount(folder);
  }
}
