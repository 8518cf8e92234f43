package org.anyarch.twins;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.anyarch.elf.ElfImage;
import org.anyarch.elf.ElfImage.Segment;

/// Where a position-independent file for x86-64 names addresses of its own: in relocations, and in
/// instructions that load an address.
final class References {
  // <elf.h>
  private static final int ET_DYN = 3;
  private static final int EM_X86_64 = 62;
  private static final long DT_RELA = 7;
  private static final long DT_RELASZ = 8;
  private static final long DT_RELRSZ = 35;
  private static final long DT_RELR = 36;
  private static final long R_X86_64_RELATIVE = 8;
  private static final int RELA = 24;

  /// `lea register, [rip + displacement]`: REX.W, 8d, a ModRM byte, four bytes of displacement.
  private static final int LEA = 7;

  /// `mov register, imm32` with the register's number in the last three bits.
  private static final int MOV = 0xb8;

  /// `call rel32`
  private static final byte CALL = (byte) 0xe8;

  /// What prepares an argument of a call is not farther from what prepares another, in bytes.
  private static final int NEAR = 27;

  /// One place that names an address.
  ///
  /// @param offset of the word, in the file
  /// @param next the address that the word is relative to, or 0 if it is absolute
  record Place(int offset, long next) {
    void set(ByteBuffer file, long address) {
      if (next == 0) {
        file.putLong(offset, address);
      } else {
        file.putInt(offset, (int) (address - next));
      }
    }
  }

  private final ElfImage image;
  private final ByteBuffer bytes;
  private final NavigableMap<Long, List<Place>> places = new TreeMap<>();

  private References(ElfImage image) {
    this.image = image;
    this.bytes = image.bytes();
  }

  /// None in a file of another kind.
  static References of(ElfImage image) {
    References references = new References(image);
    if (image.isLittle64() && image.type() == ET_DYN && image.machine() == EM_X86_64) {
      references.relocations();
      references.packedRelocations();
      byte[] code = image.copy();
      image.loaded().stream()
          .filter(Segment::executable)
          .forEach(segment -> references.instructions(code, segment));
    }
    return references;
  }

  /// The addresses from `from` on and before `to` that are named.
  Set<Long> between(long from, long to) {
    return places.subMap(from, to).keySet();
  }

  /// Names `to` wherever `from` was named.
  void redirect(ByteBuffer file, long from, long to) {
    places.getOrDefault(from, List.of()).forEach(place -> place.set(file, to));
  }

  /// Says `to` wherever the code says that the text at `address` has the length `from`.
  ///
  /// @return whether that was found beside every place that names the text
  boolean recount(ByteBuffer file, long address, int from, int to) {
    boolean all = true;
    for (Place place : places.getOrDefault(address, List.of())) {
      OptionalInt count = place.next() == 0 ? OptionalInt.empty() : count(place, from);
      count.ifPresent(at -> file.putInt(at, to));
      all &= count.isPresent();
    }
    return all;
  }

  /// Where the one `mov register, length` is that prepares the same call as the instruction of the
  /// place does.
  private OptionalInt count(Place place, int length) {
    List<Integer> found = new ArrayList<>();
    int end = place.offset() + Integer.BYTES;
    int limit = Math.min(place.offset() + NEAR, bytes.limit());
    while (end < limit && bytes.get(end) != CALL) {
      end++;
    }
    for (int at = Math.max(0, place.offset() - NEAR); at + Integer.BYTES < end; at++) {
      if ((bytes.get(at) & 0xf8) == MOV && bytes.getInt(at + 1) == length) {
        found.add(at + 1);
      }
    }
    return found.size() == 1 ? OptionalInt.of(found.getFirst()) : OptionalInt.empty();
  }

  private void add(long address, Place place) {
    places.computeIfAbsent(address, a -> new ArrayList<>()).add(place);
  }

  private void relocations() {
    long size = image.dynamic(DT_RELASZ);
    OptionalInt table = image.offset(image.dynamic(DT_RELA), size);
    if (table.isPresent()) {
      for (int at = table.getAsInt(); at + RELA <= table.getAsInt() + size; at += RELA) {
        if (bytes.getLong(at + 8) == R_X86_64_RELATIVE) {
          long address = bytes.getLong(at + 16);
          add(address, new Place(at + 16, 0));
          // Linkers leave the same in the word itself, which the loader overwrites.
          image
              .offset(bytes.getLong(at), Long.BYTES)
              .ifPresent(
                  offset -> {
                    if (bytes.getLong(offset) == address) {
                      add(address, new Place(offset, 0));
                    }
                  });
        }
      }
    }
  }

  /// DT_RELR: an even word is the address of a word to relocate, an odd one says by its bits which
  /// of the next 63 are, too.
  private void packedRelocations() {
    long size = image.dynamic(DT_RELRSZ);
    OptionalInt table = image.offset(image.dynamic(DT_RELR), size);
    if (table.isEmpty()) {
      return;
    }
    long next = 0;
    for (int at = table.getAsInt(); at + Long.BYTES <= table.getAsInt() + size; at += Long.BYTES) {
      long entry = bytes.getLong(at);
      if ((entry & 1) == 0) {
        relocated(entry);
        next = entry + Long.BYTES;
      } else {
        for (int bit = 1; bit < Long.SIZE; bit++) {
          if ((entry >>> bit & 1) != 0) {
            relocated(next + (bit - 1L) * Long.BYTES);
          }
        }
        next += (Long.SIZE - 1L) * Long.BYTES;
      }
    }
  }

  private void relocated(long address) {
    image
        .offset(address, Long.BYTES)
        .ifPresent(offset -> add(bytes.getLong(offset), new Place(offset, 0)));
  }

  /// What only looks like the instruction names an address at random, so hardly one that is wanted.
  private void instructions(byte[] code, Segment segment) {
    for (int at = segment.offset(); at + LEA <= segment.offset() + segment.size(); at++) {
      if (code[at + 1] == (byte) 0x8d
          && (code[at] == 0x48 || code[at] == 0x4c)
          && (code[at + 2] & 0xc7) == 5) {
        long next = segment.address() + (at - segment.offset()) + LEA;
        add(next + bytes.getInt(at + 3), new Place(at + 3, next));
      }
    }
  }

  /// Whether instructions have the begin of such a text in them: compilers put short ones there,
  /// four bytes or more at a time.
  boolean codeHasAny(List<String> texts) {
    return texts.stream().anyMatch(text -> !codeHasOnlyWithin(text, 0, 0));
  }

  /// Whether no instruction but those of one function has the begin of the text in it.
  boolean codeHasOnlyWithin(String text, long function, long size) {
    String begin = text.substring(0, Math.min(text.length(), Integer.BYTES));
    byte[] all = image.copy();
    for (Segment segment : image.loaded()) {
      if (segment.executable()) {
        String code =
            new String(all, segment.offset(), segment.size(), StandardCharsets.ISO_8859_1);
        for (int at = code.indexOf(begin); at >= 0; at = code.indexOf(begin, at + 1)) {
          long within = segment.address() + at - function;
          if (within < 0 || within >= size) {
            return false;
          }
        }
      }
    }
    return true;
  }

  /// Whether the address stands in the file's data otherwise, as that of an exported object does.
  boolean hasOthers(long address) {
    List<Place> known = places.getOrDefault(address, List.of());
    for (Segment segment : image.loaded()) {
      long end = (long) segment.offset() + segment.size();
      for (int at = (segment.offset() + 7) & -8; at + Long.BYTES <= end; at += Long.BYTES) {
        int here = at;
        if (bytes.getLong(at) == address && known.stream().noneMatch(p -> p.offset() == here)) {
          return true;
        }
      }
    }
    return false;
  }
}
