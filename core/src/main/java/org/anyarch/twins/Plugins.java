package org.anyarch.twins;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.anyarch.elf.ElfImage;

/// Makes binutils' library (BFD) look for plugins in another folder than the guest's, whose plugins
/// a twin cannot load.
final class Plugins {
  /// Where compilers put a link to theirs.
  static final String FOLDER = "/usr/lib/bfd-plugins";

  /// As the library names it, in the file of every architecture.
  private static final String NAMED = "/usr/bin/../lib/bfd-plugins";

  private Plugins() {}

  /// Whether a library of that name looks for plugins.
  static boolean isFinder(String name) {
    return name.startsWith("libbfd-");
  }

  /// The library, with `folder` in place of [#FOLDER].
  static Optional<byte[]> in(String folder, byte[] library) {
    Optional<ElfImage> image = ElfImage.of(library);
    if (image.isEmpty()) {
      return Optional.empty();
    }
    List<Texts.Run> runs = new Texts(image.get()).with(List.of(NAMED));
    if (runs.size() != 1 || !runs.getFirst().content().equals(NAMED)) {
      return Optional.empty();
    }
    long address = runs.getFirst().address();
    return References.of(image.get()).between(address + 1, address + NAMED.length() + 1).isEmpty()
        ? Overwriting.of(image.get(), Map.of(runs.getFirst(), folder))
        : Optional.empty();
  }
}
