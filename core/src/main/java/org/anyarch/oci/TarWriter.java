package org.anyarch.oci;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalInt;

/// Writes tar archives whose bytes depend on the entries alone: ustar headers, and a PAX header in
/// front of an entry that does not fit one. Written here, since a layer's digest must not change
/// with the version of a library.
final class TarWriter {
  private static final long LARGEST_ID = 0x1f_ffff;
  private static final long LARGEST_SIZE = 0x1_ffff_ffffL;

  private final OutputStream out;

  TarWriter(OutputStream out) {
    this.out = out;
  }

  void put(TarEntry entry) throws IOException {
    put(entry, InputStream.nullInputStream());
  }

  /// @throws OciException if `content` ends before `entry.size()` bytes; more than these are left
  void put(TarEntry entry, InputStream content) throws IOException {
    byte[] pax = pax(entry);
    if (pax.length > 0) {
      writeHeader(paxHeader(pax.length), 'x');
      out.write(pax);
      pad(pax.length);
    }
    writeHeader(entry, entry.type().flag());
    byte[] buffer = new byte[(int) Math.min(1 << 16, entry.size())];
    for (long left = entry.size(); left > 0; ) {
      int count = content.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (count < 0) {
        throw new OciException(
            "the file "
                + Quoted.name(entry.name())
                + " became shorter while it was packed. Nothing may write to it meanwhile.");
      }
      out.write(buffer, 0, count);
      left -= count;
    }
    pad(entry.size());
  }

  /// The two empty blocks that end an archive.
  void finish() throws IOException {
    out.write(new byte[2 * TarHeader.BLOCK]);
  }

  private static TarEntry paxHeader(long size) {
    Metadata plain = Metadata.of(0644, new Owner(0, 0), Instant.EPOCH);
    return TarEntry.file("PaxHeaders.0", size, plain);
  }

  private static byte[] pax(TarEntry entry) throws IOException {
    ByteArrayOutputStream records = new ByteArrayOutputStream();
    Metadata metadata = entry.metadata();
    if (metadata.owner().gid() > LARGEST_ID) {
      records.write(record("gid", metadata.owner().gid()));
    }
    if (!fits(entry.linkName())) {
      records.write(record("linkpath", entry.linkName()));
    }
    if (!fitsTime(metadata.modified())) {
      records.write(record("mtime", timeText(metadata.modified())));
    }
    if (split(entry.name()).isEmpty()) {
      records.write(record("path", entry.name()));
    }
    if (entry.size() > LARGEST_SIZE) {
      records.write(record("size", entry.size()));
    }
    if (metadata.owner().uid() > LARGEST_ID) {
      records.write(record("uid", metadata.owner().uid()));
    }
    for (Map.Entry<String, byte[]> xattr : metadata.xattrs().entrySet()) {
      if (xattr.getKey().contains("=")) {
        throw new OciException(
            Quoted.name(entry.name())
                + " has the extended attribute "
                + Quoted.name(xattr.getKey())
                + ", whose name no archive can hold. Remove it.");
      }
      records.write(PaxRecords.record(PaxRecords.XATTR + xattr.getKey(), xattr.getValue()));
    }
    return records.toByteArray();
  }

  private static byte[] record(String key, long value) {
    return record(key, Long.toString(value));
  }

  private static byte[] record(String key, String value) {
    return PaxRecords.record(key, value.getBytes(StandardCharsets.UTF_8));
  }

  private static boolean fitsTime(Instant time) {
    return time.getNano() == 0
        && time.getEpochSecond() >= 0
        && time.getEpochSecond() <= LARGEST_SIZE;
  }

  private static String timeText(Instant time) {
    long seconds = time.getEpochSecond();
    int nanos = time.getNano();
    String sign = "";
    if (seconds < 0) {
      // -1.5 is -2 seconds and 5e8 nanoseconds to Instant, and digits behind a minus sign in PAX.
      sign = "-";
      seconds = nanos == 0 ? -seconds : -seconds - 1;
      nanos = nanos == 0 ? 0 : 1_000_000_000 - nanos;
    }
    String whole = sign + seconds;
    if (nanos == 0) {
      return whole;
    }
    String fraction = Integer.toString(1_000_000_000 + nanos).substring(1);
    int end = fraction.length();
    while (fraction.charAt(end - 1) == '0') {
      end--;
    }
    return whole + "." + fraction.substring(0, end);
  }

  private static boolean fits(String text) {
    return text.length() <= 100 && isAscii(text);
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c > 0 && c < 0x80);
  }

  /// Where the name divides into prefix and name, 0 for one without prefix; empty if ustar cannot
  /// hold it.
  private static OptionalInt split(String name) {
    if (fits(name)) {
      return OptionalInt.of(0);
    }
    if (!isAscii(name)) {
      return OptionalInt.empty();
    }
    int slash = name.lastIndexOf('/', Math.min(155, name.length() - 2));
    return slash > 0 && name.length() - slash - 1 <= 100
        ? OptionalInt.of(slash)
        : OptionalInt.empty();
  }

  private void writeHeader(TarEntry entry, char type) throws IOException {
    byte[] block = new byte[TarHeader.BLOCK];
    Metadata metadata = entry.metadata();
    int slash = split(entry.name()).orElse(0);
    if (slash == 0) {
      put(block, 0, 100, entry.name());
    } else {
      put(block, 0, 100, entry.name().substring(slash + 1));
      put(block, 345, 155, entry.name().substring(0, slash));
    }
    octal(block, 100, 8, metadata.mode());
    octal(block, 108, 8, within(metadata.owner().uid(), LARGEST_ID));
    octal(block, 116, 8, within(metadata.owner().gid(), LARGEST_ID));
    octal(block, 124, 12, within(entry.size(), LARGEST_SIZE));
    octal(block, 136, 12, within(metadata.modified().getEpochSecond(), LARGEST_SIZE));
    put(block, 148, 8, "        ");
    block[156] = (byte) type;
    put(block, 157, 100, entry.linkName());
    put(block, 257, 8, "ustar\00000");
    octal(block, 329, 8, entry.device().major());
    octal(block, 337, 8, entry.device().minor());
    int sum = 0;
    for (byte b : block) {
      sum += b & 0xff;
    }
    octal(block, 148, 7, sum);
    out.write(block);
  }

  /// A value that does not fit stands in the PAX header; readers ignore the field.
  private static long within(long value, long largest) {
    return value < 0 || value > largest ? 0 : value;
  }

  private static void put(byte[] block, int offset, int length, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, block, offset, Math.min(length, bytes.length));
  }

  private static void octal(byte[] block, int offset, int length, long value) {
    String digits = Long.toOctalString(value);
    put(block, offset, length - 1, "0".repeat(length - 1 - digits.length()) + digits);
    block[offset + length - 1] = 0;
  }

  private void pad(long size) throws IOException {
    out.write(new byte[(int) (-size & (TarHeader.BLOCK - 1))]);
  }
}
