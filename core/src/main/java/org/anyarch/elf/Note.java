package org.anyarch.elf;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// A note of an ELF file: whose it is, what kind, and its value.
///
/// @param value in the byte order of the file
record Note(String owner, int type, ByteBuffer value) {
  private static final int NT_GNU_BUILD_ID = 3;
  private static final int NT_GNU_PROPERTY_TYPE_0 = 5;

  /// Notes are three words and two parts, each padded to four bytes.
  static List<Note> all(ByteBuffer segment) {
    List<Note> notes = new ArrayList<>();
    while (segment.remaining() >= 12) {
      long nameSize = Integer.toUnsignedLong(segment.getInt());
      long valueSize = Integer.toUnsignedLong(segment.getInt());
      int type = segment.getInt();
      long valueAt = nameSize + 3 & ~3L;
      long padded = valueAt + (valueSize + 3 & ~3L);
      if (valueAt + valueSize > segment.remaining()) {
        break;
      }
      byte[] name = new byte[(int) nameSize];
      segment.get(segment.position(), name);
      ByteBuffer value =
          segment.slice(segment.position() + (int) valueAt, (int) valueSize).order(segment.order());
      notes.add(new Note(new String(name, StandardCharsets.ISO_8859_1), type, value));
      segment.position(segment.position() + (int) Math.min(padded, segment.remaining()));
    }
    return notes;
  }

  /// The build-id in hexadecimal, if this is the note that has it.
  Optional<String> buildId() {
    if (type != NT_GNU_BUILD_ID || !isGnu()) {
      return Optional.empty();
    }
    byte[] id = new byte[value.capacity()];
    value.get(0, id);
    return Optional.of(HexFormat.of().formatHex(id));
  }

  boolean isProperties() {
    return type == NT_GNU_PROPERTY_TYPE_0 && isGnu();
  }

  private boolean isGnu() {
    return owner.equals("GNU\0");
  }
}
