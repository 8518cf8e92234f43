package org.anyarch.oci;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.anyarch.kernel.FileNodes;
import org.anyarch.kernel.Xattrs;
import org.jspecify.annotations.Nullable;

/// Unpacks tar archives into a folder of a root, as `ADD` does: uncompressed, or compressed with
/// gzip, bzip2, xz or zstd. Names mean what they say, there are no whiteouts. Nothing outside of
/// the root is touched. An archive that tries is refused: absolute names, names with `..`, and
/// names that pass a symbolic link of this very archive that leads out of the destination. Links
/// that were there before lead where they would inside the root.
///
/// For metadata, and for what is left out with a warning, see [LayerApplier].
public final class TarExtractor {
  private static final long MOST_ENTRIES = 4_000_000;

  private final FileNodes nodes;
  private final Xattrs xattrs;
  private final Consumer<String> warnings;
  private final LongConsumer read;

  /// @param warnings told what was left out, one line each
  public TarExtractor(FileNodes nodes, Xattrs xattrs, Consumer<String> warnings) {
    this(nodes, xattrs, warnings, Counted.NOWHERE);
  }

  /// @param read told how many bytes of the archive were read, again and again
  public TarExtractor(
      FileNodes nodes, Xattrs xattrs, Consumer<String> warnings, LongConsumer read) {
    this.nodes = nodes;
    this.xattrs = xattrs;
    this.warnings = warnings;
    this.read = read;
  }

  /// Whether the content of `file` is an archive that [#extract] unpacks.
  public static boolean isArchive(Path file) throws IOException {
    try (BufferedInputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      Compression compression = Compression.of(in);
      InputStream tar;
      try {
        tar = compression.decoded(in);
      } catch (IOException e) {
        // It starts like a compressed file and goes on like something else.
        return false;
      }
      return startsWithHeader(tar);
    }
  }

  private static boolean startsWithHeader(InputStream tar) {
    try {
      byte[] block = tar.readNBytes(TarHeader.BLOCK);
      if (block.length < TarHeader.BLOCK || TarHeader.isZero(block)) {
        return false;
      }
      TarHeader.of(block);
      return true;
    } catch (IOException e) {
      // Not a header, or not even compressed as it seemed: then it is a file like any other.
      return false;
    }
  }

  /// Unpacks the file `archive` to the folder `destination` of `root`, which is made if need be.
  ///
  /// @param destination a path as seen inside of `root`
  /// @param owner of everything unpacked; null for the owners that the archive says
  /// @return how many entries the archive has
  /// @throws OciException naming the archive entry that is refused or cannot be made
  public long extract(Path archive, Path root, String destination, @Nullable Owner owner)
      throws IOException {
    String what = archive.toString();
    try (BufferedInputStream in =
        new BufferedInputStream(Counted.reading(Files.newInputStream(archive), read))) {
      TreeWriter tree = new TreeWriter(root, nodes, xattrs, warnings, owner);
      // Only the start: each entry is resolved anew, since others can change where links lead.
      String base = root.relativize(RootPath.resolve(root, destination)).toString();
      Unpacking unpacking = new Unpacking(what, MOST_ENTRIES);
      long count;
      try (ReadAhead tar = new ReadAhead(Compression.of(in).decoded(in))) {
        count =
            unpacking.run(
                tar,
                (entry, content) -> {
                  EntryName name = relative(entry.name());
                  if (name.isRoot() && entry.type() != TarEntry.Type.FOLDER) {
                    throw new OciException(
                        "it would put something else in the place of the folder it is unpacked to.");
                  }
                  requireInside(tree, root, base, name);
                  if (entry.type() == TarEntry.Type.HARD_LINK) {
                    requireInside(tree, root, base, relative(entry.linkName()));
                  }
                  Unpacking.place(tree, base, name, entry, content);
                });
      }
      tree.finish();
      return count;
    }
  }

  private static EntryName relative(String name) throws OciException {
    if (name.startsWith("/")) {
      throw new OciException(
          Quoted.name(name)
              + " is absolute; make the archive with names that start at its own folder (tar without -P).");
    }
    return EntryName.parse(name);
  }

  private static void requireInside(TreeWriter tree, Path root, String base, EntryName name)
      throws IOException {
    Path destination = root.resolve(base);
    for (EntryName parent = name.parent(); !parent.isRoot(); parent = parent.parent()) {
      Path link = tree.locate(base + "/" + parent);
      if (tree.isLinkMadeHere(link)
          && !RootPath.resolve(root, base + "/" + parent).startsWith(destination)) {
        throw new OciException(
            "it passes the link "
                + Quoted.name(parent.toString())
                + " of this archive, which leads out of the folder it is unpacked to.");
      }
    }
  }
}
