package org.anyarch.oci;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import org.anyarch.oci.zstd.ZstdInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.tukaani.xz.XZInputStream;

/// How an archive is compressed, told by its first bytes; names and media types are often wrong.
public enum Compression {
  NONE(""),
  GZIP("1f8b"),
  BZIP2("425a68"),
  XZ("fd377a585a00"),
  ZSTD("28b52ffd");

  /// `xz -9` needs 65 MiB; an archive asking for more is not unpacked on its word.
  private static final int XZ_MEMORY_KIB = 128 << 10;

  private final String magic;

  Compression(String magic) {
    this.magic = magic;
  }

  /// What `in` is, decompressed.
  public static InputStream decode(InputStream in) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(in, 1 << 16);
    return of(buffered).decoded(buffered);
  }

  /// Looks at the first bytes and leaves them in the stream.
  static Compression of(BufferedInputStream in) throws IOException {
    in.mark(16);
    String head = HexFormat.of().formatHex(in.readNBytes(8));
    in.reset();
    for (Compression compression : values()) {
      if (compression != NONE && head.startsWith(compression.magic)) {
        return compression;
      }
    }
    // A frame that is to be skipped, as parallel compressors put before the first.
    return head.matches("5.2a4d18.*") ? ZSTD : NONE;
  }

  InputStream decoded(InputStream in) throws IOException {
    return switch (this) {
      case NONE -> in;
      case GZIP ->
          GzipCompressorInputStream.builder()
              .setInputStream(in)
              .setBufferSize(1 << 16)
              .setDecompressConcatenated(true)
              .get();
      case BZIP2 -> new BZip2CompressorInputStream(in, true);
      case XZ -> new XZInputStream(in, XZ_MEMORY_KIB);
      case ZSTD -> new ZstdInputStream(in);
    };
  }
}
