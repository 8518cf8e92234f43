package org.anyarch.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// A whole ELF file in memory, by its program headers. Every segment in it lies within the file.
public final class ElfImage {
  static final int PT_LOAD = 1;
  static final int PT_DYNAMIC = 2;
  static final int PT_NOTE = 4;

  private static final int EXECUTE = 1;

  /// A program header.
  ///
  /// @param header where it stands in the file
  /// @param address where it is mapped to, with `memory` bytes of which `size` are in the file
  public record Segment(
      int header, int type, int flags, int offset, int size, long address, long memory) {
    public boolean executable() {
      return (flags & EXECUTE) != 0;
    }

    int end() {
      return offset + size;
    }
  }

  private final ByteBuffer bytes;
  private final boolean wide;
  private final List<Segment> segments;

  private ElfImage(ByteBuffer bytes, boolean wide, List<Segment> segments) {
    this.bytes = bytes;
    this.wide = wide;
    this.segments = segments;
  }

  /// Empty if that is no ELF file, or its program headers lie.
  public static Optional<ElfImage> of(byte[] file) {
    if (file.length < 64
        || file[0] != 0x7f
        || file[1] != 'E'
        || file[2] != 'L'
        || file[3] != 'F'
        || file[4] < 1
        || file[4] > 2
        || file[5] < 1
        || file[5] > 2) {
      return Optional.empty();
    }
    boolean wide = file[4] == 2;
    ByteBuffer bytes =
        ByteBuffer.wrap(file)
            .order(file[5] == 1 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN)
            .asReadOnlyBuffer()
            .order(file[5] == 1 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    return segments(bytes, wide).map(segments -> new ElfImage(bytes, wide, segments));
  }

  private static Optional<List<Segment>> segments(ByteBuffer bytes, boolean wide) {
    long table = wide ? bytes.getLong(32) : Integer.toUnsignedLong(bytes.getInt(28));
    int entry = Short.toUnsignedInt(bytes.getShort(wide ? 54 : 42));
    int count = Short.toUnsignedInt(bytes.getShort(wide ? 56 : 44));
    int needed = wide ? 56 : 32;
    if (entry != needed || table < 0 || table > bytes.limit() - (long) count * needed) {
      return Optional.empty();
    }
    List<Segment> segments = new ArrayList<>();
    for (int at = (int) table; at < table + (long) count * needed; at += needed) {
      long offset = word(bytes, wide, at + (wide ? 8 : 4));
      long size = word(bytes, wide, at + (wide ? 32 : 16));
      long address = word(bytes, wide, at + (wide ? 16 : 8));
      long memory = word(bytes, wide, at + (wide ? 40 : 20));
      if (offset < 0 || size < 0 || offset > bytes.limit() || size > bytes.limit() - offset) {
        return Optional.empty();
      }
      // Nobody maps to the upper half; so no sum of these is too large.
      if (address < 0 || memory < 0 || address > 1L << 48 || memory > 1L << 48) {
        return Optional.empty();
      }
      segments.add(
          new Segment(
              at,
              bytes.getInt(at),
              bytes.getInt(at + (wide ? 4 : 24)),
              (int) offset,
              (int) size,
              address,
              memory));
    }
    return Optional.of(List.copyOf(segments));
  }

  private static long word(ByteBuffer bytes, boolean wide, int at) {
    return wide ? bytes.getLong(at) : Integer.toUnsignedLong(bytes.getInt(at));
  }

  /// To be read; in the file's byte order.
  public ByteBuffer bytes() {
    return bytes;
  }

  /// All of the file.
  public byte[] copy() {
    byte[] copy = new byte[bytes.limit()];
    bytes.get(0, copy);
    return copy;
  }

  /// Whether it is of 64 bit and little-endian.
  public boolean isLittle64() {
    return wide && bytes.order() == ByteOrder.LITTLE_ENDIAN;
  }

  public int type() {
    return Short.toUnsignedInt(bytes.getShort(16));
  }

  public int machine() {
    return Short.toUnsignedInt(bytes.getShort(18));
  }

  List<Segment> segments() {
    return segments;
  }

  /// What is mapped.
  public List<Segment> loaded() {
    return segments.stream().filter(s -> s.type() == PT_LOAD).toList();
  }

  /// Where in the file the `length` bytes are that are mapped to `address`.
  public OptionalInt offset(long address, long length) {
    for (Segment segment : segments) {
      long from = address - segment.address();
      if (segment.type() == PT_LOAD
          && from >= 0
          && length >= 0
          && from <= segment.size()
          && length <= segment.size() - from) {
        return OptionalInt.of((int) (segment.offset() + from));
      }
    }
    return OptionalInt.empty();
  }

  /// The first value of a tag of the dynamic section, or 0. Only for files of 64 bit.
  public long dynamic(long tag) {
    for (Segment segment : segments) {
      if (segment.type() == PT_DYNAMIC) {
        for (int at = segment.offset(); at + 16 <= segment.end(); at += 16) {
          if (bytes.getLong(at) == tag) {
            return bytes.getLong(at + 8);
          }
        }
      }
    }
    return 0;
  }
}
