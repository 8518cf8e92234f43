package org.anyarch.oci;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The fields of one 512-byte tar header, as POSIX (ustar), GNU and the older v7 tar write them.
/// Numbers are octal text, or big-endian binary where the first bit is set (GNU).
final class TarHeader {
  static final int BLOCK = 512;

  private static final int CHECKSUM = 148;
  private static final int CHECKSUM_LENGTH = 8;

  private final byte[] block;

  private TarHeader(byte[] block) {
    this.block = block;
  }

  /// @throws OciException if the block's checksum is wrong, which also tells archives from other
  ///   files
  static TarHeader of(byte[] block) throws OciException {
    TarHeader header = new TarHeader(block);
    int unsigned = 0;
    int signed = 0;
    for (int i = 0; i < BLOCK; i++) {
      boolean blank = i >= CHECKSUM && i < CHECKSUM + CHECKSUM_LENGTH;
      unsigned += blank ? ' ' : block[i] & 0xff;
      signed += blank ? ' ' : block[i];
    }
    long written = header.number(CHECKSUM, CHECKSUM_LENGTH, "checksum");
    // Some old tars summed signed characters.
    if (written != unsigned && written != signed) {
      throw new OciException(
          "it is no tar archive, or a damaged one: a header's checksum is wrong.");
    }
    return header;
  }

  static boolean isZero(byte[] block) {
    for (byte b : block) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  char type() {
    return (char) (block[156] & 0xff);
  }

  String name() throws OciException {
    String name = text(0, 100, "name");
    if (isPosix()) {
      // Schily's tar ends the prefix earlier, with times behind it.
      boolean star = "tar\0".equals(new String(block, 508, 4, StandardCharsets.ISO_8859_1));
      String prefix = text(345, star ? 131 : 155, "name prefix");
      return prefix.isEmpty() ? name : prefix + "/" + name;
    }
    return name;
  }

  String linkName() throws OciException {
    return text(157, 100, "link name");
  }

  int mode() throws OciException {
    return (int) (number(100, 8, "mode") & 07777);
  }

  long uid() throws OciException {
    return number(108, 8, "uid");
  }

  long gid() throws OciException {
    return number(116, 8, "gid");
  }

  long size() throws OciException {
    long size = number(124, 12, "size");
    if (size < 0) {
      throw new OciException("a header says a size below zero.");
    }
    return size;
  }

  long modified() throws OciException {
    return number(136, 12, "time");
  }

  TarEntry.Device device() throws OciException {
    return new TarEntry.Device(
        deviceNumber(329, "major device number"), deviceNumber(337, "minor device number"));
  }

  private int deviceNumber(int offset, String field) throws OciException {
    long number = number(offset, 8, field);
    if (number < 0 || number > 0xf_ffff) {
      throw new OciException("a header has the " + field + " " + number + ".");
    }
    return (int) number;
  }

  private boolean isPosix() {
    return "ustar\0".equals(new String(block, 257, 6, StandardCharsets.ISO_8859_1));
  }

  private String text(int offset, int length, String field) throws OciException {
    int end = offset;
    while (end < offset + length && block[end] != 0) {
      end++;
    }
    return utf8(Arrays.copyOfRange(block, offset, end), field);
  }

  /// Strict, since a name that is not UTF-8 would come out as another name.
  static String utf8(byte[] bytes, String field) throws OciException {
    if (isAscii(bytes)) {
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new OciException(
          "the "
              + field
              + " "
              + Quoted.name(new String(bytes, StandardCharsets.ISO_8859_1))
              + " is not UTF-8. Make the archive again with names in UTF-8.",
          e);
    }
  }

  private static boolean isAscii(byte[] bytes) {
    int all = 0;
    for (byte b : bytes) {
      all |= b;
    }
    return all >= 0;
  }

  private long number(int offset, int length, String field) throws OciException {
    if ((block[offset] & 0x80) != 0) {
      return binary(offset, length, field);
    }
    int at = offset;
    int end = offset + length;
    while (at < end && (block[at] == ' ' || block[at] == 0)) {
      at++;
    }
    long value = 0;
    // At most 12 digits of 3 bits: no overflow.
    for (; at < end && block[at] != ' ' && block[at] != 0; at++) {
      if (block[at] < '0' || block[at] > '7') {
        throw new OciException("a header has a " + field + " that is no number.");
      }
      value = value << 3 | (block[at] - '0');
    }
    return value;
  }

  private long binary(int offset, int length, String field) throws OciException {
    boolean negative = (block[offset] & 0x40) != 0;
    // The marker bit aside, a two's complement number.
    long value = negative ? -1 : 0;
    for (int i = 0; i < length; i++) {
      int b = block[offset + i] & 0xff;
      if (i == 0) {
        b = negative ? b | 0x80 : b & 0x7f;
      }
      if (value >> 55 != (negative ? -1 : 0)) {
        throw new OciException("a header has a " + field + " beyond 64 bits.");
      }
      value = value << 8 | b;
    }
    return value;
  }
}
