package org.anyarch.elf;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// Finds out which CPU a program needs at least, from what compilers and linkers leave in it: GNU
/// properties on x86-64 (x86-64 psABI), build attributes on arm (ABI for the Arm Architecture,
/// addenda32) and RISC-V (RISC-V ELF psABI), e_flags on MIPS. Other architectures do not say.
///
/// @param machine e_machine
/// @param flags e_flags
record CpuNeeds(int machine, int flags) {
  static final int ARM = 40;
  static final int RISCV = 243;
  private static final int MIPS = 8;
  private static final int X86_64 = 62;

  private static final int GNU_PROPERTY_X86_ISA_1_NEEDED = 0xc0008002;

  private static final int TAG_FILE = 1;
  private static final int TAG_CPU_RAW_NAME = 4;
  private static final int TAG_CPU_NAME = 5;
  private static final int TAG_CPU_ARCH = 6;
  private static final int TAG_COMPATIBILITY = 32;
  private static final int TAG_RISCV_ARCH = 5;

  /// By the value of Tag_CPU_arch. M profiles run no Linux programs.
  private static final List<String> ARM_ARCHITECTURES =
      List.of(
          "", "v4", "v4", "v5", "v5", "v5", "v6", "v6", "v6", "v6", "v7", "", "", "", "v8", "v8",
          "", "", "", "", "", "", "v9");

  /// By the upper four bits of e_flags.
  private static final List<String> MIPS_ARCHITECTURES =
      List.of(
          "mips1",
          "mips2",
          "mips3",
          "mips4",
          "mips5",
          "mips32",
          "mips64",
          "mips32r2",
          "mips64r2",
          "mips32r6",
          "mips64r6");

  Optional<String> least(List<Note> notes, Optional<ByteBuffer> attributes) {
    return switch (machine) {
      case X86_64 ->
          notes.stream()
              .filter(Note::isProperties)
              .flatMap(note -> x86(note.value()).stream())
              .findFirst();
      case MIPS -> named(MIPS_ARCHITECTURES, flags >>> 28);
      case ARM -> attributes.flatMap(a -> attribute(a, "aeabi"));
      case RISCV -> attributes.flatMap(a -> attribute(a, "riscv"));
      default -> Optional.empty();
    };
  }

  private static Optional<String> named(List<String> names, long index) {
    return index >= 0 && index < names.size()
        ? Optional.of(names.get((int) index)).filter(name -> !name.isEmpty())
        : Optional.empty();
  }

  /// Properties are a type and a size, and data padded to eight bytes; bit n of the one wanted
  /// stands for level n + 1.
  private static Optional<String> x86(ByteBuffer properties) {
    int at = 0;
    while (at + 8 <= properties.capacity()) {
      int type = properties.getInt(at);
      long length = Integer.toUnsignedLong(properties.getInt(at + 4));
      if (length > properties.capacity() - at - 8) {
        return Optional.empty();
      }
      if (type == GNU_PROPERTY_X86_ISA_1_NEEDED && length == 4) {
        int levels = properties.getInt(at + 8) & 0xf;
        return levels == 0
            ? Optional.empty()
            : Optional.of("v" + (32 - Integer.numberOfLeadingZeros(levels)));
      }
      at += 8 + (int) Math.min((length + 7) & ~7L, properties.capacity() - at - 8L);
    }
    return Optional.empty();
  }

  /// Build attributes: a format letter, then for each vendor a length, a name and groups of
  /// attributes, of which the first that concerns the whole file counts.
  private Optional<String> attribute(ByteBuffer section, String vendor) {
    if (!section.hasRemaining() || section.get() != 'A') {
      return Optional.empty();
    }
    while (section.remaining() >= 4) {
      int start = section.position();
      long length = Integer.toUnsignedLong(section.getInt());
      if (length < 4 || length > section.limit() - start) {
        return Optional.empty();
      }
      ByteBuffer block = slice(section, start + 4, (int) length - 4);
      if (text(block).equals(vendor) && block.remaining() >= 5 && block.get() == TAG_FILE) {
        long size = Integer.toUnsignedLong(block.getInt());
        return size >= 5 && size - 5 <= block.remaining()
            ? value(slice(block, block.position(), (int) size - 5))
            : Optional.empty();
      }
      section.position(start + (int) length);
    }
    return Optional.empty();
  }

  private static ByteBuffer slice(ByteBuffer buffer, int at, int length) {
    return buffer.slice(at, length).order(buffer.order());
  }

  private Optional<String> value(ByteBuffer attributes) {
    while (attributes.hasRemaining()) {
      long tag = number(attributes);
      if (machine == RISCV && tag == TAG_RISCV_ARCH) {
        return Optional.of(text(attributes)).filter(isa -> isa.matches("[a-z0-9_]{4,512}"));
      }
      if (machine == ARM && tag == TAG_CPU_ARCH) {
        return named(ARM_ARCHITECTURES, number(attributes));
      }
      pass(tag, attributes);
    }
    return Optional.empty();
  }

  /// Unknown attributes tell by their number what they are: odd ones are texts, but on arm only
  /// those above 32.
  private void pass(long tag, ByteBuffer attributes) {
    boolean oddIsText = machine == RISCV || tag > TAG_COMPATIBILITY;
    boolean text = oddIsText ? tag % 2 == 1 : tag == TAG_CPU_RAW_NAME || tag == TAG_CPU_NAME;
    if (text) {
      text(attributes);
      return;
    }
    number(attributes);
    if (machine == ARM && tag == TAG_COMPATIBILITY) {
      text(attributes);
    }
  }

  /// An unsigned LEB128. Bits beyond the 63rd are lost, which no attribute has.
  private static long number(ByteBuffer buffer) {
    long value = 0;
    for (int shift = 0; buffer.hasRemaining(); shift += 7) {
      byte b = buffer.get();
      if (shift < 63) {
        value |= (b & 0x7fL) << shift;
      }
      if (b >= 0) {
        break;
      }
    }
    return value;
  }

  /// Up to the next NUL, or the end.
  private static String text(ByteBuffer buffer) {
    int start = buffer.position();
    int end = start;
    while (end < buffer.limit() && buffer.get(end) != 0) {
      end++;
    }
    byte[] bytes = new byte[end - start];
    buffer.get(start, bytes);
    buffer.position(Math.min(end + 1, buffer.limit()));
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
