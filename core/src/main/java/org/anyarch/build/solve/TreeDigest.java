package org.anyarch.build.solve;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.anyarch.kernel.Xattrs;
import org.anyarch.oci.Digest;
import org.anyarch.oci.FileContents;
import org.anyarch.oci.Listing;
import org.anyarch.oci.UnixFile;

/// What a folder of the cache holds, counted and as digests.
///
/// @param size how much it is
/// @param shape of all that lstat(2) tells and that a copy of the folder keeps: names, types,
///   modes, owners, sizes, times
/// @param contents of the digests of the files' bytes, the attributes, and where links lead; empty
///   if nobody asked
record TreeDigest(TreeSize size, String shape, String contents) {
  private static final int BUFFER = 1 << 17;

  /// The folder with its contents, which takes as long as reading all of it.
  static TreeDigest of(Path root, Xattrs xattrs) throws IOException {
    return of(root, xattrs, FileContents.UNKNOWN);
  }

  /// As [#of(Path, Xattrs)], but reads only the files whose contents are not known.
  static TreeDigest of(Path root, Xattrs xattrs, FileContents known) throws IOException {
    return new Walk(root, Optional.of(xattrs), known).run();
  }

  /// The folder as lstat(2) sees it.
  static TreeDigest shapeOf(Path root) throws IOException {
    return new Walk(root, Optional.empty(), FileContents.UNKNOWN).run();
  }

  private static final class Walk {
    private final Path root;
    private final Optional<Xattrs> xattrs;
    private final FileContents known;
    private final MessageDigest file = Digest.sha256();
    private final MessageDigest shape = Digest.sha256();
    private final MessageDigest contents = Digest.sha256();
    private final DataOutputStream shapeOut = writing(shape);
    private final DataOutputStream contentsOut = writing(contents);
    private final byte[] buffer;
    private long files;
    private long bytes;

    Walk(Path root, Optional<Xattrs> xattrs, FileContents known) {
      this.root = root;
      this.known = known;
      this.xattrs = xattrs;
      this.buffer = new byte[xattrs.isPresent() ? BUFFER : 0];
    }

    private static DataOutputStream writing(MessageDigest digest) {
      return new DataOutputStream(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
    }

    TreeDigest run() throws IOException {
      one(root, "");
      return new TreeDigest(
          new TreeSize(files, bytes),
          HexFormat.of().formatHex(shape.digest()),
          xattrs.isPresent() ? HexFormat.of().formatHex(contents.digest()) : "");
    }

    private void one(Path path, String name) throws IOException {
      if (Thread.currentThread().isInterrupted()) {
        throw new ClosedByInterruptException();
      }
      UnixFile stat = UnixFile.of(path);
      files++;
      shapeOut.writeUTF(name);
      shapeOut.writeLong(stat.kind().bits() | stat.mode());
      shapeOut.writeLong(stat.owner().uid());
      shapeOut.writeLong(stat.owner().gid());
      shapeOut.writeLong(stat.special());
      Instant modified = stat.modified();
      shapeOut.writeLong(modified.getEpochSecond());
      shapeOut.writeInt(modified.getNano());
      if (xattrs.isPresent()) {
        attributes(path, xattrs.get());
      }
      switch (stat.kind()) {
        case FILE -> {
          bytes += TreeSize.blocks(stat.size());
          shapeOut.writeLong(stat.size());
          shapeOut.writeInt(stat.links());
          if (xattrs.isPresent()) {
            contentsOut.write(content(path));
          }
        }
        case SYMBOLIC_LINK -> {
          if (xattrs.isPresent()) {
            contentsOut.writeUTF(Files.readSymbolicLink(path).toString());
          }
        }
        case FOLDER -> {
          bytes += TreeSize.blocks(1);
          if (path.toString().length() <= TreeSize.LONGEST_PATH) {
            folder(path);
          }
        }
        case CHARACTER_DEVICE, BLOCK_DEVICE, FIFO, SOCKET -> {}
      }
    }

    private void folder(Path folder) throws IOException {
      List<Path> entries = Listing.of(folder);
      entries.sort(Comparator.naturalOrder());
      shapeOut.writeInt(entries.size());
      for (Path entry : entries) {
        one(entry, entry.getFileName().toString());
      }
    }

    /// Those that an image keeps, and overlayfs's books; labels are the host's affair.
    private void attributes(Path path, Xattrs from) throws IOException {
      List<String> names = from.list(path);
      if (names.size() > 1) {
        names = names.stream().sorted().toList();
      }
      for (String name : names) {
        if (TreeCopy.isCopied(name)
            || name.startsWith("user.overlay.")
            || name.startsWith("trusted.overlay.")) {
          byte[] value = from.value(path, name);
          contentsOut.writeUTF(name);
          contentsOut.writeInt(value.length);
          contentsOut.write(value);
        }
      }
      contentsOut.writeUTF("");
    }

    private byte[] content(Path path) throws IOException {
      byte[] written = known.sha256(root, path);
      if (written != null) {
        return written;
      }
      try (InputStream in = Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS)) {
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
          file.update(buffer, 0, count);
        }
      }
      return file.digest();
    }
  }
}
