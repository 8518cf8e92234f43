package org.anyarch.elf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// What an ELF file says of itself. Everything was checked against the size of the file when it was
/// read.
///
/// @param elfClass 1 for 32-bit, 2 for 64-bit
/// @param data 1 for little, 2 for big endian
/// @param osAbi EI_OSABI
/// @param type e_type: 2 for an executable, 3 for a shared object or position-independent
///   executable
/// @param machine e_machine
/// @param flags e_flags
/// @param interpreter the loader that PT_INTERP names
/// @param dynamic whether it has a dynamic section
/// @param buildId the GNU build-id in hexadecimal
/// @param complete whether the file is as long as its headers say
/// @param upxPacked whether UPX packed it: its mark stands in the file and it has no sections
public record ElfFile(
    int elfClass,
    int data,
    int osAbi,
    int type,
    int machine,
    int flags,
    Optional<String> interpreter,
    boolean dynamic,
    Optional<String> buildId,
    boolean complete,
    boolean upxPacked) {

  private static final int PT_LOAD = 1;
  private static final int PT_DYNAMIC = 2;
  private static final int PT_INTERP = 3;
  private static final int PT_NOTE = 4;
  private static final int NT_GNU_BUILD_ID = 3;

  /// PATH_MAX; no loader's name is longer.
  private static final int INTERPRETER_LIMIT = 4096;

  private static final int NOTE_LIMIT = 1 << 20;
  private static final int HEADERS_LIMIT = 65535;

  private record Segment(int type, long offset, long size) {}

  /// Reads the file at `path`.
  ///
  /// @throws ElfException if it is no ELF file, or its headers lie
  public static ElfFile read(Path path) throws IOException, ElfException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return new Reader(channel).file();
    } catch (ElfException e) {
      throw new ElfException(path + ": " + e.getMessage());
    }
  }

  /// Whether it needs no loader: linked statically, also if position-independent.
  public boolean isStatic() {
    return interpreter.isEmpty() && (type == 2 || type == 3);
  }

  private static final class Reader {
    private final FileChannel channel;
    private final long size;
    private ByteOrder order = ByteOrder.LITTLE_ENDIAN;
    private boolean wide;

    Reader(FileChannel channel) throws IOException {
      this.channel = channel;
      this.size = channel.size();
    }

    ElfFile file() throws IOException, ElfException {
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
      ByteBuffer header = bytes(0, wide ? 64 : 52, "the ELF header is cut off");
      int entrySize = Short.toUnsignedInt(header.getShort(wide ? 54 : 42));
      int count = Short.toUnsignedInt(header.getShort(wide ? 56 : 44));
      long sections = word(header, wide ? 40 : 32);
      int sectionSize = Short.toUnsignedInt(header.getShort(wide ? 58 : 46));
      int sectionCount = Short.toUnsignedInt(header.getShort(wide ? 60 : 48));
      List<Segment> segments = segments(word(header, wide ? 32 : 28), entrySize, count);
      boolean complete =
          within(sections, (long) sectionSize * sectionCount)
              && segments.stream()
                  .filter(s -> s.type() == PT_LOAD)
                  .allMatch(s -> within(s.offset(), s.size()));
      return new ElfFile(
          elfClass,
          data,
          Byte.toUnsignedInt(ident.get(7)),
          Short.toUnsignedInt(header.getShort(16)),
          Short.toUnsignedInt(header.getShort(18)),
          header.getInt(wide ? 48 : 36),
          interpreter(segments),
          segments.stream().anyMatch(s -> s.type() == PT_DYNAMIC),
          buildId(segments),
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

    private List<Segment> segments(long offset, int entrySize, int count)
        throws IOException, ElfException {
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
                word(table, at + (wide ? 32 : 16))));
      }
      return segments;
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

    private Optional<String> buildId(List<Segment> segments) throws IOException, ElfException {
      for (Segment segment : segments) {
        if (segment.type() == PT_NOTE
            && segment.size() <= NOTE_LIMIT
            && within(segment.offset(), segment.size())) {
          Optional<String> id =
              buildId(bytes(segment.offset(), (int) segment.size(), "the notes are cut off"));
          if (id.isPresent()) {
            return id;
          }
        }
      }
      return Optional.empty();
    }

    /// Notes are three words and two parts, each padded to four bytes.
    private static Optional<String> buildId(ByteBuffer notes) {
      while (notes.remaining() >= 12) {
        long nameSize = Integer.toUnsignedLong(notes.getInt());
        long valueSize = Integer.toUnsignedLong(notes.getInt());
        int type = notes.getInt();
        long padded = (nameSize + 3 & ~3L) + (valueSize + 3 & ~3L);
        if (padded > notes.remaining()) {
          return Optional.empty();
        }
        byte[] name = new byte[(int) nameSize];
        notes.get(notes.position(), name);
        if (type == NT_GNU_BUILD_ID
            && new String(name, StandardCharsets.ISO_8859_1).equals("GNU\0")) {
          byte[] value = new byte[(int) valueSize];
          notes.get(notes.position() + (int) (nameSize + 3 & ~3L), value);
          return Optional.of(HexFormat.of().formatHex(value));
        }
        notes.position(notes.position() + (int) padded);
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
}
