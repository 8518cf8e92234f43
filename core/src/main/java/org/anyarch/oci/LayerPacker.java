package org.anyarch.oci;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.UnaryOperator;
import org.anyarch.kernel.Xattrs;

/// Packs an overlayfs upper folder into a layer: its files, and what overlayfs notes there as
/// deleted as whiteouts. Equal content gives equal bytes, in whatever order, folder and at whatever
/// time it was made:
///
/// - Entries are sorted by the bytes of their paths (a folder's ends in a slash). Owners are
///   numbers. The root folder itself is no entry.
/// - Times are those that the caller makes of the files', to the nanosecond.
/// - Of a file with several names the first is the file and the others are hard links to it.
/// - Of the extended attributes `security.capability`, `user.*` and POSIX ACLs are kept; the others
///   tell about the host.
///
/// Sockets are left out with a warning. Refused by name are files that a layer cannot hold: names
/// that are not UTF-8 or look like whiteouts, and files whose content overlayfs left in a lower
/// folder (mount with `metacopy=off` and `redirect_dir=off`).
public final class LayerPacker {
  private final Xattrs xattrs;
  private final UnaryOperator<Instant> times;
  private final Consumer<String> warnings;
  private final LongConsumer packed;

  /// @param times what a layer says of a file's time
  /// @param warnings told what was left out, one line each
  public LayerPacker(Xattrs xattrs, UnaryOperator<Instant> times, Consumer<String> warnings) {
    this(xattrs, times, warnings, Counted.NOWHERE);
  }

  /// @param packed told how many bytes were packed, before compression, again and again
  public LayerPacker(
      Xattrs xattrs, UnaryOperator<Instant> times, Consumer<String> warnings, LongConsumer packed) {
    this.xattrs = xattrs;
    this.times = times;
    this.warnings = warnings;
    this.packed = packed;
  }

  /// Packs `upper` into a new blob, compressed with gzip. Nothing may write to it meanwhile.
  public PackedLayer pack(Path upper, Layout into) throws IOException {
    MessageDigest digest = Digest.sha256();
    try (BlobWriter blob = into.newBlob(MediaType.LAYER_GZIP)) {
      long entries;
      try (ParallelGzip gzip = new ParallelGzip(blob, Runtime.getRuntime().availableProcessors());
          OutputStream tar =
              new BufferedOutputStream(
                  Counted.writing(new DigestOutputStream(gzip, digest), packed), 1 << 16)) {
        TarWriter writer = new TarWriter(tar);
        UpperWalk walk = new UpperWalk(upper, xattrs, times, warnings, writer);
        entries = walk.run();
        writer.finish();
        tar.flush();
        gzip.finish();
      }
      return new PackedLayer(blob.commit(), Digest.of("sha256", digest.digest()), entries);
    }
  }
}
