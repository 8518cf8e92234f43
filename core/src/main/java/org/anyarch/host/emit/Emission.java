package org.anyarch.host.emit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.anyarch.kernel.Replacement;
import org.anyarch.oci.RootPath;

/// A file that makes handlers last.
///
/// @param path where it belongs: absolute on a host, relative in a repository or wherever its user
///   keeps such files
/// @param mode its permissions
/// @param content its text, which ends in a line feed
/// @param how what puts it in force, in order: commands for a shell, and remarks that begin with
///   `#`
public record Emission(String path, int mode, String content, List<String> how) {
  static final int PLAIN = 0644;

  private static final int HEAD = 4096;

  public Emission {
    how = List.copyOf(how);
  }

  /// Where it belongs below `root`; symbolic links to folders lead as they do for a system whose
  /// root folder that is.
  public Path below(Path root) throws IOException {
    return RootPath.resolveParent(root, path);
  }

  /// Writes it where it belongs below `root`, as a whole: whoever reads meanwhile sees the old file
  /// or the new one. Does not put it in force.
  ///
  /// @return whether anything was changed
  /// @throws EmitException if a file is there that anyarch has not written; it is left alone
  public boolean write(Path root) throws EmitException, IOException {
    Path file = below(root).toAbsolutePath();
    Path folder = file.resolveSibling(".").normalize();
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || !isOurs(file)) {
        throw new EmitException(
            file + " is there and was not written by anyarch; remove it, or merge the two by hand");
      }
      if (Files.size(file) == bytes.length && Files.readString(file).equals(content)) {
        return false;
      }
    }
    make(folder);
    new Replacement(file, PosixFilePermissions.toString(permissions()), true).write(bytes);
    return true;
  }

  private static void make(Path folder) throws EmitException, IOException {
    Path above = folder;
    while (!Files.exists(above, LinkOption.NOFOLLOW_LINKS) && above.getParent() != null) {
      above = above.getParent();
    }
    if (!Files.isDirectory(above)) {
      throw new EmitException(
          above + " is no folder, so nothing can be written below it; remove it");
    }
    Files.createDirectories(folder);
  }

  /// Removes it from where it belongs below `root`.
  ///
  /// @return whether it was there
  /// @throws EmitException if a file is there that anyarch has not written; it is left alone
  public boolean remove(Path root) throws EmitException, IOException {
    Path file = below(root);
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)
        && (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || !isOurs(file))) {
      throw new EmitException(file + " was not written by anyarch; it is left alone");
    }
    return Files.deleteIfExists(file);
  }

  /// Whatever its version: the head of all that anyarch writes says so.
  private static boolean isOurs(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      String head = new String(in.readNBytes(HEAD), StandardCharsets.UTF_8);
      return head.lines()
          .limit(2)
          .anyMatch(l -> l.matches("\\S+ Written by anyarch .*") || l.equals("package anyarch"));
    }
  }

  private Set<PosixFilePermission> permissions() {
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    PosixFilePermission[] all = PosixFilePermission.values();
    // OWNER_READ, the first, is the highest of the nine bits.
    for (int i = 0; i < all.length; i++) {
      if ((mode & (0400 >> i)) != 0) {
        permissions.add(all[i]);
      }
    }
    return permissions;
  }
}
