package org.anyarch.oci;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Reads a tar archive from its first entry to its last. Understands ustar, PAX and GNU long names.
///
/// Written here rather than taken from a library because of the extended attributes: those that are
/// no text, such as file capabilities, have to come out as the bytes that went in.
final class TarReader {
  /// An extended attribute has at most 64 KiB, a path 4 KiB.
  private static final int LARGEST_HEADER = 1 << 20;

  private final InputStream in;
  private final byte[] block = new byte[TarHeader.BLOCK];
  private String name = "";
  private long left;
  private int padding;
  private boolean ended;

  TarReader(InputStream in) {
    this.in = in;
  }

  /// The next entry, or null at the end. What was not read of the previous one's content is
  /// skipped.
  @Nullable TarEntry next() throws IOException {
    if (ended) {
      return null;
    }
    skip(left + padding);
    left = 0;
    padding = 0;
    PaxRecords pax = PaxRecords.none();
    String longName = null;
    String longLink = null;
    while (readBlock()) {
      if (TarHeader.isZero(block)) {
        ended = true;
        return null;
      }
      TarHeader header = TarHeader.of(block);
      switch (header.type()) {
        case 'x', 'X' -> pax = PaxRecords.parse(body(header));
        case 'L' -> longName = untilZero(body(header), "long name");
        case 'K' -> longLink = untilZero(body(header), "long link name");
        // Global records are a comment of git in practice, and GNU's label names the volume.
        case 'g', 'V' -> skip(header.size() + padding(header.size()));
        default -> {
          return entry(header, pax, longName, longLink);
        }
      }
    }
    if (!pax.isEmpty() || longName != null || longLink != null) {
      throw truncated();
    }
    ended = true;
    return null;
  }

  /// Content of the current entry; -1 at its end.
  int read(byte[] buffer) throws IOException {
    if (left == 0) {
      return -1;
    }
    int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
    if (count < 0) {
      throw truncated();
    }
    left -= count;
    return count;
  }

  private TarEntry entry(
      TarHeader header, PaxRecords pax, @Nullable String longName, @Nullable String longLink)
      throws IOException {
    // What is overridden is not even decoded: writers cut it anywhere, also within a character.
    String overriding = first(pax.text("path"), longName);
    name = overriding == null ? header.name() : overriding;
    TarEntry.Type type = type(header.type(), name);
    if (pax.isSparse()) {
      throw new OciException(
          entryNamed() + " has holes left out. Make the archive again without --sparse.");
    }
    long size = pax.number("size", header.size());
    boolean content =
        switch (header.type()) {
          case '0', '\0', '7' -> true;
          default -> false;
        };
    left = content ? size : 0;
    padding = padding(left);
    TarEntry.Device device =
        type == TarEntry.Type.CHARACTER_DEVICE || type == TarEntry.Type.BLOCK_DEVICE
            ? header.device()
            : TarEntry.Device.NONE;
    return new TarEntry(
        type,
        name,
        linkName(type, header, first(pax.text("linkpath"), longLink)),
        type == TarEntry.Type.FILE ? size : 0,
        metadata(header, pax),
        device);
  }

  private Metadata metadata(TarHeader header, PaxRecords pax) throws OciException {
    Instant modified = pax.time("mtime", header.modified());
    long uid = pax.number("uid", header.uid());
    long gid = pax.number("gid", header.gid());
    try {
      return new Metadata(header.mode(), new Owner(uid, gid), modified, pax.xattrs());
    } catch (IllegalArgumentException e) {
      throw new OciException(entryNamed() + " is refused: " + e.getMessage() + ".", e);
    }
  }

  private TarEntry.Type type(char flag, String name) throws OciException {
    return switch (flag) {
      // The oldest tars knew folders by their name alone.
      case '0', '\0', '7' -> name.endsWith("/") ? TarEntry.Type.FOLDER : TarEntry.Type.FILE;
      case '1' -> TarEntry.Type.HARD_LINK;
      case '2' -> TarEntry.Type.SYMBOLIC_LINK;
      case '3' -> TarEntry.Type.CHARACTER_DEVICE;
      case '4' -> TarEntry.Type.BLOCK_DEVICE;
      case '5' -> TarEntry.Type.FOLDER;
      case '6' -> TarEntry.Type.FIFO;
      case 'S' ->
          throw new OciException(
              entryNamed() + " has holes left out. Make the archive again without --sparse.");
      default ->
          throw new OciException(
              entryNamed()
                  + " is of the type "
                  + Quoted.name(String.valueOf(flag))
                  + ", which is neither a file, a folder, a link nor a device.");
    };
  }

  private static String linkName(TarEntry.Type type, TarHeader header, @Nullable String overriding)
      throws OciException {
    return switch (type) {
      case HARD_LINK, SYMBOLIC_LINK -> overriding == null ? header.linkName() : overriding;
      case FILE, FOLDER, FIFO, CHARACTER_DEVICE, BLOCK_DEVICE -> "";
    };
  }

  private static @Nullable String first(@Nullable String pax, @Nullable String gnu) {
    return pax != null ? pax : gnu;
  }

  private String entryNamed() {
    return "the archive entry " + Quoted.name(name);
  }

  private byte[] body(TarHeader header) throws IOException {
    long size = header.size();
    if (size > LARGEST_HEADER) {
      throw new OciException(
          "the entry after "
              + Quoted.name(name)
              + " has an extended header of "
              + size
              + " bytes; at most "
              + LARGEST_HEADER
              + " are read.");
    }
    byte[] body = in.readNBytes((int) size);
    if (body.length < size) {
      throw truncated();
    }
    skip(padding(size));
    return body;
  }

  private static String untilZero(byte[] bytes, String field) throws OciException {
    int end = 0;
    while (end < bytes.length && bytes[end] != 0) {
      end++;
    }
    return TarHeader.utf8(java.util.Arrays.copyOf(bytes, end), field);
  }

  private static int padding(long size) {
    return (int) (-size & (TarHeader.BLOCK - 1));
  }

  private boolean readBlock() throws IOException {
    int count = in.readNBytes(block, 0, block.length);
    if (count > 0 && count < block.length) {
      throw truncated();
    }
    return count > 0;
  }

  private void skip(long count) throws IOException {
    byte[] dropped = new byte[(int) Math.min(count, 1 << 16)];
    for (long rest = count; rest > 0; ) {
      int read = in.read(dropped, 0, (int) Math.min(dropped.length, rest));
      if (read < 0) {
        throw truncated();
      }
      rest -= read;
    }
  }

  private OciException truncated() {
    return new OciException(
        "the archive ends in the middle of or after " + Quoted.name(name) + ".");
  }
}
