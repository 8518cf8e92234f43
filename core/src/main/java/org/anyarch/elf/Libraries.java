package org.anyarch.elf;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/// What the dynamic section of an ELF file says of the libraries that it needs.
///
/// @param name by which others need it (DT_SONAME), if it is a library
/// @param needed their names (DT_NEEDED), in order
/// @param searched whether it names folders of its own to look for them (DT_RPATH, DT_RUNPATH)
public record Libraries(Optional<String> name, List<String> needed, boolean searched) {
  public Libraries {
    needed = List.copyOf(needed);
  }

  /// Reads the file at `path`.
  ///
  /// @throws ElfException if it is no ELF file, or its headers lie
  public static Libraries of(Path path) throws IOException, ElfException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return new ElfReader(channel).libraries();
    } catch (ElfException e) {
      throw new ElfException(path + ": " + e.getMessage());
    }
  }
}
