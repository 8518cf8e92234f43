package org.anyarch.elf;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
/// @param cpu the least CPU that the file says it needs, as its architecture's documents call it:
///   `v1` to `v4` on x86-64, `v4` to `v9` on arm, an ISA string on RISC-V, `mips32r2` and its like
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
    Optional<String> cpu,
    boolean complete,
    boolean upxPacked) {

  /// Reads the file at `path`.
  ///
  /// @throws ElfException if it is no ELF file, or its headers lie
  public static ElfFile read(Path path) throws IOException, ElfException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return new ElfReader(channel).file();
    } catch (ElfException e) {
      throw new ElfException(path + ": " + e.getMessage());
    }
  }

  /// Whether it needs no loader: linked statically, also if position-independent.
  public boolean isStatic() {
    return interpreter.isEmpty() && (type == 2 || type == 3);
  }
}
