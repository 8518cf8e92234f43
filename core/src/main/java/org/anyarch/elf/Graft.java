package org.anyarch.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import org.anyarch.elf.ElfImage.Segment;

/// A place for one more segment in an ELF file of 64 bit: behind its last byte, and mapped behind
/// all others. Its program header takes the room of a note's, so that nothing else moves, and is
/// the last, since loaders expect segments in the order of their addresses.
public final class Graft {
  public static final int READ = 4;
  public static final int READ_AND_EXECUTE = 5;

  /// The largest page of any host.
  private static final int PAGE = 64 << 10;

  private static final int HEADER = 56;

  private final byte[] file;
  private final int note;
  private final int last;
  private final long address;

  private Graft(byte[] file, int note, int last, long address) {
    this.file = file;
    this.note = note;
    this.last = last;
    this.address = address;
  }

  /// Empty for a file that has no such place.
  public static Optional<Graft> of(byte[] file) {
    Optional<ElfImage> image = ElfImage.of(file).filter(ElfImage::isLittle64);
    if (image.isEmpty()) {
      return Optional.empty();
    }
    int note = -1;
    int last = -1;
    long top = 0;
    for (Segment segment : image.get().segments()) {
      last = segment.header();
      if (segment.type() == ElfImage.PT_NOTE) {
        note = last;
      } else if (segment.type() == ElfImage.PT_LOAD) {
        top = Math.max(top, segment.address() + segment.memory());
      }
    }
    return note < 0 || top <= 0
        ? Optional.empty()
        : Optional.of(new Graft(file, note, last, aligned(top)));
  }

  /// Where the segment will be mapped to.
  public long address() {
    return address;
  }

  /// The file with the segment.
  ///
  /// @param flags [#READ] or [#READ_AND_EXECUTE]
  public byte[] with(byte[] segment, int flags) {
    int offset = (int) aligned(file.length);
    ByteBuffer grafted =
        ByteBuffer.wrap(Arrays.copyOf(file, offset + segment.length))
            .order(ByteOrder.LITTLE_ENDIAN);
    grafted.put(offset, segment);
    grafted.put(note, file, note + HEADER, last - note);
    grafted.putInt(last, ElfImage.PT_LOAD).putInt(last + 4, flags).putLong(last + 8, offset);
    grafted.putLong(last + 16, address).putLong(last + 24, address);
    grafted.putLong(last + 32, segment.length).putLong(last + 40, segment.length);
    grafted.putLong(last + 48, PAGE);
    return grafted.array();
  }

  private static long aligned(long number) {
    return (number + PAGE - 1) / PAGE * PAGE;
  }
}
