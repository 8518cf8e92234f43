package org.anyarch.twins;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.anyarch.elf.ElfImage;

/// The scripts that are built into a linker: they name the folders that it looks for libraries in.
/// A linker for another architecture has them from another place than the one that was built where
/// it runs, and they are not always the same: riscv64's own has some folders more. So has arm64's
/// for ILP32, which is left out here: the dispatcher knows the options that ask for it.
final class LinkerScripts {
  private static final String FOLDER = "SEARCH_DIR(";
  private static final Pattern ILP32 =
      Pattern.compile("OUTPUT_FORMAT\\(\"elf32-(little|big)aarch64\"");

  private LinkerScripts() {}

  /// Whether two object tools have the same scripts, or both none.
  static boolean areAlike(byte[] program, byte[] original) {
    Optional<Set<String>> mine = of(program);
    return mine.isPresent() && mine.equals(of(original));
  }

  private static Optional<Set<String>> of(byte[] file) {
    return ElfImage.of(file)
        .map(
            image ->
                new Texts(image)
                    .with(List.of(FOLDER)).stream()
                        .flatMap(run -> run.texts().stream())
                        .filter(text -> text.contains(FOLDER) && !ILP32.matcher(text).find())
                        .collect(Collectors.toUnmodifiableSet()));
  }
}
