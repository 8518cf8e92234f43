package org.anyarch.oci;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.anyarch.kernel.FileNodes;
import org.anyarch.kernel.Xattrs;

/// Applies layers to a root folder that shows all layers below merged: what they add and change is
/// put there, what their whiteouts name is deleted. Nothing outside of the root folder is touched,
/// whatever a layer says.
///
/// Owners, modes, times with nanoseconds, extended attributes, hard links, pipes and devices come
/// out as they went in. Left out with a warning is what this process may not make: device nodes,
/// and extended attributes that the file system or the kernel refuses. A folder that a layer does
/// not list keeps its time. After a failure the root folder is to be thrown away.
public final class LayerApplier {
  static final String WHITEOUT = ".wh.";
  static final String OPAQUE = ".wh..wh..opq";

  private static final String AUFS = ".wh..wh.";

  // What is made has to be remembered for opaque folders, and memory must not grow with what a
  // stranger's archive claims.
  private static final long MOST_ENTRIES = 4_000_000;

  /// A layer that was applied.
  ///
  /// @param diffId the digest of the uncompressed layer, to be compared with the image's `diff_ids`
  /// @param contents of the files that it put into the root folder
  public record Applied(Digest diffId, FileContents contents) {}

  private final FileNodes nodes;
  private final Xattrs xattrs;
  private final Consumer<String> warnings;
  private final LongConsumer read;

  /// @param warnings told what was left out, one line each
  public LayerApplier(FileNodes nodes, Xattrs xattrs, Consumer<String> warnings) {
    this(nodes, xattrs, warnings, Counted.NOWHERE);
  }

  /// @param read told how many bytes of a blob were read, again and again
  public LayerApplier(
      FileNodes nodes, Xattrs xattrs, Consumer<String> warnings, LongConsumer read) {
    this.nodes = nodes;
    this.xattrs = xattrs;
    this.warnings = warnings;
    this.read = read;
  }

  /// Applies one layer, whose blob is verified.
  ///
  /// @throws OciException naming the archive entry that is refused or cannot be made
  public Applied apply(Layout layout, Descriptor layer, Path root) throws IOException {
    if (!MediaType.isLayer(layer.mediaType())) {
      throw new OciException("the layer " + layer + " is of a type that cannot be unpacked.");
    }
    try (InputStream blob = Counted.reading(layout.open(layer), read)) {
      Applied applied = apply(blob, "the layer " + layer.digest(), root);
      // Only the end of the stream tells that the blob was the right one.
      blob.transferTo(OutputStream.nullOutputStream());
      return applied;
    }
  }

  /// Applies a layer from a stream, compressed with gzip, zstd or not at all.
  ///
  /// @param what the layer's name in messages
  public Applied apply(InputStream layer, String what, Path root) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(layer, 1 << 16);
    Compression compression = Compression.of(buffered);
    if (compression == Compression.BZIP2 || compression == Compression.XZ) {
      throw new OciException(what + " is compressed with " + compression + ", which no layer is.");
    }
    MessageDigest digest = Digest.sha256();
    Unpacking unpacking = new Unpacking(what, MOST_ENTRIES);
    TreeWriter tree = new TreeWriter(root, nodes, xattrs, warnings, null, Digest.sha256());
    // Three things at once: decompressing, the digest, making files.
    try (ReadAhead decoded = new ReadAhead(compression.decoded(buffered));
        ReadAhead tar = new ReadAhead(new DigestInputStream(decoded, digest))) {
      unpacking.run(tar, (entry, content) -> applyEntry(tree, entry, content));
    }
    tree.finish();
    return new Applied(Digest.of("sha256", digest.digest()), tree.contents());
  }

  private static void applyEntry(TreeWriter tree, TarEntry entry, TarReader content)
      throws IOException {
    EntryName name = EntryName.parse(entry.name());
    if (isOfAufs(name)) {
      return;
    }
    String last = name.last();
    for (int i = 0; i < name.parts().size() - 1; i++) {
      if (name.parts().get(i).startsWith(WHITEOUT)) {
        throw new OciException("a folder cannot have a name that starts with .wh.");
      }
    }
    if (last.equals(OPAQUE)) {
      tree.clearBelow(tree.locate(name.parent().toString()));
    } else if (last.startsWith(WHITEOUT)) {
      String hidden = last.substring(WHITEOUT.length());
      if (List.of("", ".", "..").contains(hidden)) {
        throw new OciException("it is a whiteout of no file.");
      }
      tree.clear(tree.locate(name.parent() + "/" + hidden));
    } else {
      Unpacking.place(tree, "", name, entry, content);
    }
  }

  /// The books of aufs, Docker's first layer store; they never meant a file.
  private static boolean isOfAufs(EntryName name) {
    for (String part : name.parts()) {
      if (part.startsWith(AUFS) && !part.equals(OPAQUE)) {
        return true;
      }
    }
    return false;
  }
}
