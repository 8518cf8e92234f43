package org.anyarch.platform;

import java.util.Arrays;
import java.util.HexFormat;

/// An immutable sequence of bytes, equal by content.
public final class Bytes {
  private final byte[] bytes;

  private Bytes(byte[] bytes) {
    this.bytes = bytes;
  }

  public static Bytes of(byte... bytes) {
    return new Bytes(bytes.clone());
  }

  /// Two hexadecimal digits a byte.
  public static Bytes ofHex(String hex) {
    return new Bytes(HexFormat.of().parseHex(hex));
  }

  public int length() {
    return bytes.length;
  }

  /// The byte at `index` as 0 to 255.
  public int at(int index) {
    return bytes[index] & 0xff;
  }

  public byte[] toArray() {
    return bytes.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /// In hexadecimal, as the kernel prints them in entry files.
  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }
}
