package org.anyarch.elf;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;

/// A function that a shared library of 64 bit offers to others.
///
/// @param offset of its entry in the file
/// @param value its address
public record Symbol(int offset, long value, long size) {
  private static final long DT_STRTAB = 5;
  private static final long DT_SYMTAB = 6;
  private static final int ENTRY = 24;
  private static final int VALUE = 8;
  private static final int STT_FUNC = 2;

  public static Optional<Symbol> find(ElfImage image, String name) {
    long symbols = image.dynamic(DT_SYMTAB);
    long strings = image.dynamic(DT_STRTAB);
    // No tag says how many there are; linkers put the strings behind them.
    OptionalInt table = image.offset(symbols, strings - symbols);
    if (table.isEmpty()) {
      return Optional.empty();
    }
    ByteBuffer bytes = image.bytes();
    for (int at = table.getAsInt();
        at + ENTRY <= table.getAsInt() + (strings - symbols);
        at += ENTRY) {
      OptionalInt text =
          image.offset(strings + Integer.toUnsignedLong(bytes.getInt(at)), name.length() + 1L);
      if ((bytes.get(at + 4) & 15) == STT_FUNC
          && bytes.getShort(at + 6) != 0
          && text.isPresent()
          && is(bytes, text.getAsInt(), name)) {
        return Optional.of(new Symbol(at, bytes.getLong(at + VALUE), bytes.getLong(at + 16)));
      }
    }
    return Optional.empty();
  }

  private static boolean is(ByteBuffer bytes, int at, String name) {
    for (int i = 0; i < name.length(); i++) {
      if (bytes.get(at + i) != name.charAt(i)) {
        return false;
      }
    }
    return bytes.get(at + name.length()) == 0;
  }

  /// Lets others find another function by its name.
  public void moveTo(ByteBuffer file, long address) {
    file.putLong(offset + VALUE, address);
  }
}
