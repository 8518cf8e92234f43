package org.anyarch.elf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads an [ElfFile]. No length or offset in the file is believed before it was compared with the
/// file's size.
final class ElfReader {
  private static final int PT_LOAD = 1;
  private static final int PT_DYNAMIC = 2;
  private static final int PT_INTERP = 3;
  private static final int PT_NOTE = 4;

  /// SHT_ARM_ATTRIBUTES and SHT_RISCV_ATTRIBUTES, the same number of two processors.
  private static final int SHT_ATTRIBUTES = 0x70000003;

  /// PATH_MAX; no loader's name is longer.
  private static final int INTERPRETER_LIMIT = 4096;

  /// Notes and attributes of honest files have some hundred bytes.
  private static final int DESCRIPTION_LIMIT = 1 << 20;

  private static final int HEADERS_LIMIT = 65535;

  // Tags of the dynamic section.
  private static final long DT_NEEDED = 1;
  private static final long DT_STRTAB = 5;
  private static final long DT_SONAME = 14;
  private static final long DT_RPATH = 15;
  private static final long DT_RUNPATH = 29;

  /// @param address where it is mapped to
  private record Segment(int type, long offset, long size, long address) {}

  private final FileChannel channel;
  private final long size;
  private ByteOrder order = ByteOrder.LITTLE_ENDIAN;
  private boolean wide;

  ElfReader(FileChannel channel) throws IOException {
    this.channel = channel;
    this.size = channel.size();
  }

  /// The ELF header, after which class and byte order are known.
  private ByteBuffer header() throws IOException, ElfException {
    ByteBuffer ident = bytes(0, 20, "no ELF file: shorter than an ELF header");
    if (ident.getInt(0) != 0x464c457f) {
      throw new ElfException("no ELF file: does not begin with 7f 45 4c 46");
    }
    int elfClass = ident.get(4);
    int data = ident.get(5);
    if (elfClass < 1 || elfClass > 2 || data < 1 || data > 2) {
      throw new ElfException(
          "ELF class " + elfClass + " or data encoding " + data + " is not defined");
    }
    wide = elfClass == 2;
    order = data == 1 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    return bytes(0, wide ? 64 : 52, "the ELF header is cut off");
  }

  ElfFile file() throws IOException, ElfException {
    ByteBuffer header = header();
    long sections = word(header, wide ? 40 : 32);
    int sectionSize = Short.toUnsignedInt(header.getShort(wide ? 58 : 46));
    int sectionCount = Short.toUnsignedInt(header.getShort(wide ? 60 : 48));
    List<Segment> segments = segments(header);
    boolean complete =
        within(sections, (long) sectionSize * sectionCount)
            && segments.stream()
                .filter(s -> s.type() == PT_LOAD)
                .allMatch(s -> within(s.offset(), s.size()));
    List<Note> notes = notes(segments);
    int machine = Short.toUnsignedInt(header.getShort(18));
    int flags = header.getInt(wide ? 48 : 36);
    CpuNeeds needs = new CpuNeeds(machine, flags);
    return new ElfFile(
        header.get(4),
        header.get(5),
        Byte.toUnsignedInt(header.get(7)),
        Short.toUnsignedInt(header.getShort(16)),
        machine,
        flags,
        interpreter(segments),
        segments.stream().anyMatch(s -> s.type() == PT_DYNAMIC),
        notes.stream().flatMap(note -> note.buildId().stream()).findFirst(),
        needs.least(notes, attributes(machine, sections, sectionSize, sectionCount)),
        complete,
        sectionCount == 0 && packed());
  }

  private boolean within(long offset, long length) {
    return offset >= 0 && length >= 0 && offset <= size && length <= size - offset;
  }

  private ByteBuffer bytes(long offset, int length, String otherwise)
      throws IOException, ElfException {
    if (!within(offset, length)) {
      throw new ElfException(otherwise);
    }
    ByteBuffer buffer = ByteBuffer.allocate(length).order(order);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, offset + buffer.position()) < 0) {
        throw new ElfException("the file became shorter while it was read");
      }
    }
    return buffer.flip();
  }

  private long word(ByteBuffer buffer, int at) {
    return wide ? buffer.getLong(at) : Integer.toUnsignedLong(buffer.getInt(at));
  }

  private List<Segment> segments(ByteBuffer header) throws IOException, ElfException {
    long offset = word(header, wide ? 32 : 28);
    int entrySize = Short.toUnsignedInt(header.getShort(wide ? 54 : 42));
    int count = Short.toUnsignedInt(header.getShort(wide ? 56 : 44));
    int needed = wide ? 56 : 32;
    if (count == 0) {
      return List.of();
    }
    if (entrySize != needed || count > HEADERS_LIMIT) {
      throw new ElfException(
          "program headers of " + entrySize + " bytes; the class says " + needed);
    }
    ByteBuffer table = bytes(offset, count * needed, "the program headers are cut off");
    List<Segment> segments = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int at = i * needed;
      segments.add(
          new Segment(
              table.getInt(at),
              word(table, at + (wide ? 8 : 4)),
              word(table, at + (wide ? 32 : 16)),
              word(table, at + (wide ? 16 : 8))));
    }
    return segments;
  }

  Libraries libraries() throws IOException, ElfException {
    List<Segment> segments = segments(header());
    List<Long> names = new ArrayList<>();
    Optional<Long> own = Optional.empty();
    long strings = 0;
    boolean searched = false;
    for (Segment segment : segments) {
      if (segment.type() == PT_DYNAMIC && segment.size() <= DESCRIPTION_LIMIT) {
        int word = wide ? 8 : 4;
        ByteBuffer entries =
            bytes(segment.offset(), (int) segment.size(), "the dynamic section is cut off");
        for (int at = 0; at + 2 * word <= entries.limit(); at += 2 * word) {
          long tag = word(entries, at);
          long value = word(entries, at + word);
          if (tag == DT_NEEDED) {
            names.add(value);
          } else if (tag == DT_SONAME) {
            own = Optional.of(value);
          } else if (tag == DT_STRTAB) {
            strings = value;
          }
          searched |= tag == DT_RPATH || tag == DT_RUNPATH;
        }
      }
    }
    List<String> needed = new ArrayList<>();
    for (long name : names) {
      needed.add(string(segments, strings + name));
    }
    Optional<String> name =
        own.isPresent() ? Optional.of(string(segments, strings + own.get())) : Optional.empty();
    return new Libraries(name, needed, searched);
  }

  /// The zero-terminated string that is mapped to `address`.
  private String string(List<Segment> segments, long address) throws IOException, ElfException {
    for (Segment segment : segments) {
      long from = address - segment.address();
      if (segment.type() == PT_LOAD && from >= 0 && from < segment.size()) {
        int length = (int) Math.min(INTERPRETER_LIMIT, segment.size() - from);
        String text =
            new String(
                bytes(segment.offset() + from, length, "the names of libraries are cut off")
                    .array(),
                StandardCharsets.UTF_8);
        int end = text.indexOf('\0');
        if (end > 0) {
          return text.substring(0, end);
        }
      }
    }
    throw new ElfException("the name of a library is nowhere in it");
  }

  private Optional<String> interpreter(List<Segment> segments) throws IOException, ElfException {
    for (Segment segment : segments) {
      if (segment.type() == PT_INTERP) {
        if (segment.size() < 2 || segment.size() > INTERPRETER_LIMIT) {
          throw new ElfException("the loader's name is " + segment.size() + " bytes long");
        }
        byte[] name =
            bytes(segment.offset(), (int) segment.size(), "the loader's name is cut off").array();
        int end = 0;
        while (end < name.length && name[end] != 0) {
          end++;
        }
        return Optional.of(new String(name, 0, end, StandardCharsets.UTF_8));
      }
    }
    return Optional.empty();
  }

  /// The notes of all note segments; what is cut off ends its segment's list.
  private List<Note> notes(List<Segment> segments) throws IOException, ElfException {
    List<Note> notes = new ArrayList<>();
    for (Segment segment : segments) {
      if (segment.type() == PT_NOTE && readable(segment.offset(), segment.size())) {
        notes.addAll(
            Note.all(bytes(segment.offset(), (int) segment.size(), "the notes are cut off")));
      }
    }
    return notes;
  }

  private boolean readable(long offset, long length) {
    return length <= DESCRIPTION_LIMIT && within(offset, length);
  }

  /// The build attributes of `machine`, which stand in a section and not in a segment.
  private Optional<ByteBuffer> attributes(int machine, long table, int entrySize, int count)
      throws IOException, ElfException {
    boolean known = machine == CpuNeeds.ARM || machine == CpuNeeds.RISCV;
    if (!known || entrySize != (wide ? 64 : 40) || !within(table, (long) entrySize * count)) {
      return Optional.empty();
    }
    ByteBuffer headers = bytes(table, entrySize * count, "the section headers are cut off");
    for (int at = 0; at < headers.limit(); at += entrySize) {
      long offset = word(headers, at + (wide ? 24 : 16));
      long length = word(headers, at + (wide ? 32 : 20));
      if (headers.getInt(at + 4) == SHT_ATTRIBUTES && readable(offset, length)) {
        return Optional.of(bytes(offset, (int) length, "the attributes are cut off"));
      }
    }
    return Optional.empty();
  }

  /// UPX writes its mark behind the program headers and again near the end.
  private boolean packed() throws IOException, ElfException {
    int length = (int) Math.min(size, 1024);
    String start = new String(bytes(0, length, "empty").array(), StandardCharsets.ISO_8859_1);
    String end =
        new String(bytes(size - length, length, "empty").array(), StandardCharsets.ISO_8859_1);
    return start.contains("UPX!") || end.contains("UPX!");
  }
}
