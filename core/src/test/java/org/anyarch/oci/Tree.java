package org.anyarch.oci;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.anyarch.kernel.Xattrs;

/// Everything a layer is to keep of a tree, as text to be compared.
final class Tree {
  private Tree() {}

  static SortedMap<String, String> of(Path root, Xattrs xattrs) throws IOException {
    SortedMap<String, String> tree = new TreeMap<>();
    add(root, root, xattrs, tree, new HashMap<>());
    return tree;
  }

  private static void add(
      Path root,
      Path folder,
      Xattrs xattrs,
      SortedMap<String, String> tree,
      Map<UnixFile.Inode, String> inodes)
      throws IOException {
    for (Path path : Listing.of(folder).stream().sorted().toList()) {
      String name = root.relativize(path).toString();
      UnixFile file = UnixFile.of(path);
      StringBuilder text = new StringBuilder();
      text.append(file.kind())
          .append(' ')
          .append(Integer.toOctalString(file.mode()))
          .append(' ')
          .append(file.owner())
          .append(' ')
          .append(file.modified())
          .append(' ')
          .append(file.major())
          .append(':')
          .append(file.minor());
      for (String attribute : xattrs.list(path)) {
        byte[] value = xattrs.value(path, attribute);
        text.append(' ').append(attribute).append('=').append(HexFormat.of().formatHex(value));
      }
      switch (file.kind()) {
        case FILE -> text.append(' ').append(Digest.ofSha256(Files.readAllBytes(path)));
        case SYMBOLIC_LINK -> text.append(" -> ").append(Files.readSymbolicLink(path));
        default -> text.append("");
      }
      if (file.kind() != UnixFile.Kind.FOLDER && file.links() > 1) {
        text.append(" is ")
            .append(Objects.requireNonNullElse(inodes.putIfAbsent(file.inode(), name), name));
      }
      tree.put(name, text.toString());
      if (file.kind() == UnixFile.Kind.FOLDER) {
        add(root, path, xattrs, tree, inodes);
      }
    }
  }
}
