package org.anyarch.build.solve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.anyarch.build.plan.ModeChange;
import org.anyarch.kernel.Kernel;

/// What a new cache begins with: a copy of a folder, owners included.
final class CacheSeed {
  private static final LinkOption SELF = LinkOption.NOFOLLOW_LINKS;

  private CacheSeed() {}

  static void copy(Kernel kernel, Path source, Path target, Consumer<String> warnings)
      throws IOException {
    TreeCopy.Looks looks = new TreeCopy.Looks(Optional.empty(), ModeChange.NONE);
    new TreeCopy(kernel, looks, Selection.ALL, warnings).contents(source, target);
    Files.setAttribute(target, "unix:uid", Files.getAttribute(source, "unix:uid", SELF));
    Files.setAttribute(target, "unix:gid", Files.getAttribute(source, "unix:gid", SELF));
    // A change of owner clears setgid bits.
    Files.setAttribute(target, "unix:mode", Stat.of(source).permissions());
  }
}
