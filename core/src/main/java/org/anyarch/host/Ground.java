package org.anyarch.host;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.anyarch.binfmt.Instance;

/// An instance of binfmt_misc that can be reached, and who keeps it.
///
/// @param folder where it can be reached from here
/// @param view how the host sees its files; the interpreters' paths are the host's
/// @param device st_dev of the instance, as `major:minor`: equal for all mounts of one instance
/// @param mounted what was mounted in this mount namespace on the way, the last one first
public record Ground(Path folder, HostView view, Way way, String device, List<Path> mounted) {
  public Ground {
    mounted = List.copyOf(mounted);
  }

  public Instance instance() {
    return Instance.at(folder);
  }

  /// Before anything is done that would be left half done.
  void requireWritable() throws HostException {
    Path register = folder.resolve("register");
    if (!Files.isWritable(register)) {
      throw HostException.impossible(
          "cannot write to "
              + register
              + ": it takes root, and a binfmt_misc that is not mounted read-only (on the host: mount -o remount,rw "
              + Mountings.USUAL
              + ")");
    }
  }

  /// A mount of ours that goes when we do; none where the host's own is used.
  public Optional<Path> ownMount() {
    return mounted.stream().findFirst();
  }
}
