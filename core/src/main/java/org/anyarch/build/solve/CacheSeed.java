package org.anyarch.build.solve;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.anyarch.kernel.Kernel;

/// What a new cache begins with: a copy of a folder, owners included.
final class CacheSeed {
  private static final LinkOption SELF = LinkOption.NOFOLLOW_LINKS;

  private CacheSeed() {}

  static void copy(Kernel kernel, Path source, Path target, Consumer<String> warnings)
      throws IOException {
    new TreeCopy(kernel, 0, 0, OptionalInt.empty(), _ -> false, warnings).contents(source, target);
    own(source, target);
  }

  private static void own(Path source, Path target) throws IOException {
    if (Files.isDirectory(target, SELF)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(target)) {
        for (Path entry : entries) {
          own(source.resolve(entry.getFileName().toString()), entry);
        }
      }
    }
    Files.setAttribute(target, "unix:uid", Files.getAttribute(source, "unix:uid", SELF), SELF);
    Files.setAttribute(target, "unix:gid", Files.getAttribute(source, "unix:gid", SELF), SELF);
    if (!Files.isSymbolicLink(target)) {
      // A change of owner clears setuid bits.
      Files.setAttribute(target, "unix:mode", Stat.of(source).permissions());
    }
  }
}
