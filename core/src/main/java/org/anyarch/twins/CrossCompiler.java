package org.anyarch.twins;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.anyarch.elf.ElfImage;
import org.anyarch.platform.Guest;

/// Makes the compiler proper of a cross compiler (`cc1`, `cc1plus`, `lto1`) look for headers where
/// the guest's own compiler does. Both are built from the same source; what they are told by their
/// driver is the same; and the paths that are built in differ by the folder `gcc-cross`. The paths
/// of the guest are never longer, so they are written over the twin's.
final class CrossCompiler {
  private static final String MINE = "/usr/lib/gcc-cross/";
  private static final String THEIRS = "/usr/lib/gcc/";
  private static final String CXX = "/c++/";

  // <elf.h>
  private static final int EM_X86_64 = 62;

  private CrossCompiler() {}

  /// Where a cross compiler's package has what a compiler's own has at `path`.
  static String path(String path) {
    return path.replaceFirst("/gcc/", "/gcc-cross/");
  }

  /// @param program of a cross compiler for the guest, for this machine
  /// @param original of the guest's own compiler
  static Optional<byte[]> of(byte[] program, byte[] original, Guest guest) {
    Optional<ElfImage> image = ElfImage.of(program).filter(i -> i.machine() == EM_X86_64);
    Optional<ElfImage> guestImage = ElfImage.of(original);
    if (image.isEmpty() || guestImage.isEmpty()) {
      return Optional.empty();
    }
    Texts theirs = new Texts(guestImage.get());
    Map<Texts.Run, String> paths = new LinkedHashMap<>();
    for (Texts.Run run : new Texts(image.get()).with(List.of("gcc-cross"))) {
      String path = translation(run.content(), guest.triplet());
      if (!run.content().startsWith(MINE) || !theirs.have(path)) {
        return Optional.empty();
      }
      paths.put(run, path);
    }
    Set<String> said = new HashSet<>(paths.values());
    boolean all =
        theirs.with(List.of(THEIRS)).stream()
            .flatMap(run -> run.texts().stream())
            .filter(text -> text.contains(THEIRS))
            .allMatch(said::contains);
    return all ? Overwriting.of(image.get(), paths) : Optional.empty();
  }

  /// What a compiler's own path is where a cross compiler has `path`.
  private static String translation(String path, String triplet) {
    String own = path.replaceFirst(MINE, THEIRS);
    String up = "/../../../../";
    int at = own.indexOf(up + triplet + "/");
    // In a cross compiler all of C++'s headers are below the folder of the architecture.
    String rest = at < 0 ? "" : own.substring(at + up.length() + triplet.length() + 1);
    int headers = rest.indexOf(CXX);
    if (headers < 0) {
      return own;
    }
    String begin = own.substring(0, at) + up;
    return rest.endsWith("/" + triplet)
        ? begin
            + rest.substring(0, headers + 1)
            + triplet
            + rest.substring(headers, rest.length() - triplet.length() - 1)
        : begin + rest;
  }
}
