package org.anyarch.build.lint;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.anyarch.build.containerfile.ContainerfileException;
import org.anyarch.build.containerfile.Expander;
import org.anyarch.build.containerfile.Word;

/// Which variables a word uses.
final class Variables {
  private static final Pattern NAME = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_]*");

  private Variables() {}

  /// The names that the word uses and `known` does not have. Forms that say what happens where the
  /// name is not set (`${NAME:-…}`) do not count.
  static Set<String> missing(Word word, char escape, Set<String> known)
      throws ContainerfileException {
    Set<String> missing = new LinkedHashSet<>();
    new Expander(
            escape,
            name -> {
              if (NAME.matcher(name).matches() && !known.contains(name)) {
                missing.add(name);
              }
              return Optional.of(name);
            })
        .expand(word);
    missing.removeIf(
        name ->
            Pattern.compile("\\$\\{" + Pattern.quote(name) + ":?[-+?]")
                .matcher(word.text())
                .find());
    return missing;
  }
}
