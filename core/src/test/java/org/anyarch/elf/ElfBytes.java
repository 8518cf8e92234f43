package org.anyarch.elf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.anyarch.platform.Guest;

/// Makes ELF files with chosen segments and sections, for tests.
final class ElfBytes {
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Part(int type, byte[] content, boolean segment) {}

  private final Guest guest;
  private final List<Part> parts = new ArrayList<>();
  private int flags;

  ElfBytes(String guest) {
    this.guest = Guest.named(guest).orElseThrow();
  }

  ElfBytes flags(int value) {
    flags = value;
    return this;
  }

  ElfBytes segment(int type, byte[] content) {
    parts.add(new Part(type, content, true));
    return this;
  }

  ElfBytes interpreter(String path) {
    return segment(3, (path + "\0").getBytes(StandardCharsets.UTF_8));
  }

  ElfBytes section(int type, byte[] content) {
    parts.add(new Part(type, content, false));
    return this;
  }

  ByteOrder order() {
    return guest.data() == Guest.LITTLE_ENDIAN ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
  }

  /// A note of GNU's.
  byte[] gnuNote(int type, byte[] value) {
    ByteBuffer note = ByteBuffer.allocate(16 + (value.length + 3) / 4 * 4).order(order());
    note.putInt(4).putInt(value.length).putInt(type).put(new byte[] {'G', 'N', 'U', 0}).put(value);
    return note.array();
  }

  /// Build attributes of one vendor that concern the whole file.
  byte[] attributes(String vendor, byte... attributes) {
    byte[] name = (vendor + "\0").getBytes(StandardCharsets.UTF_8);
    ByteBuffer section =
        ByteBuffer.allocate(1 + 4 + name.length + 5 + attributes.length).order(order());
    section.put((byte) 'A').putInt(section.capacity() - 1).put(name);
    section.put((byte) 1).putInt(5 + attributes.length).put(attributes);
    return section.array();
  }

  byte[] bytes() {
    boolean wide = guest.elfClass() == 2;
    int header = wide ? 64 : 52;
    int programHeader = wide ? 56 : 32;
    int sectionHeader = wide ? 64 : 40;
    List<Part> segments = parts.stream().filter(Part::segment).toList();
    List<Part> sections = parts.stream().filter(p -> !p.segment()).toList();
    int at = header + segments.size() * programHeader + sections.size() * sectionHeader;
    ByteArrayOutputStream contents = new ByteArrayOutputStream();
    ByteBuffer out = ByteBuffer.allocate(at).order(order());
    out.put(new byte[] {0x7f, 'E', 'L', 'F', (byte) guest.elfClass(), (byte) guest.data(), 1});
    out.position(16);
    out.putShort((short) 2).putShort((short) guest.machine()).putInt(1);
    word(out, wide, 0);
    word(out, wide, segments.isEmpty() ? 0 : header);
    word(out, wide, sections.isEmpty() ? 0 : header + segments.size() * programHeader);
    out.putInt(flags).putShort((short) header);
    out.putShort((short) programHeader).putShort((short) segments.size());
    out.putShort((short) sectionHeader).putShort((short) sections.size());
    out.position(header);
    for (Part part : segments) {
      int start = out.position();
      out.putInt(part.type());
      out.position(start + (wide ? 8 : 4));
      word(out, wide, at + contents.size());
      out.position(start + (wide ? 32 : 16));
      word(out, wide, part.content().length);
      out.position(start + programHeader);
      contents.writeBytes(part.content());
    }
    for (Part part : sections) {
      int start = out.position();
      out.position(start + 4);
      out.putInt(part.type());
      out.position(start + (wide ? 24 : 16));
      word(out, wide, at + contents.size());
      word(out, wide, part.content().length);
      out.position(start + sectionHeader);
      contents.writeBytes(part.content());
    }
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(out.array());
    file.writeBytes(contents.toByteArray());
    return file.toByteArray();
  }

  private static void word(ByteBuffer out, boolean wide, int value) {
    if (wide) {
      out.putLong(value);
    } else {
      out.putInt(value);
    }
  }
}
