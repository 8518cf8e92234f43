package org.anyarch.elf;

/// A file is no ELF file, or one whose own description of itself does not hold. The message says
/// which and where.
public final class ElfException extends Exception {
  private static final long serialVersionUID = 1L;

  public ElfException(String message) {
    super(message);
  }
}
