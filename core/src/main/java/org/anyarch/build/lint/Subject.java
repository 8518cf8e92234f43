package org.anyarch.build.lint;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.anyarch.build.containerfile.Containerfile;

/// What is looked at.
///
/// @param buildArgs values for ARG
/// @param ignored whether .dockerignore hides a path of the context
/// @param imageVariables the names in an image's environment, or empty if the image is not known
public record Subject(
    Containerfile file,
    Map<String, String> buildArgs,
    Predicate<String> ignored,
    Function<String, Optional<Set<String>>> imageVariables) {
  public Subject {
    buildArgs = Map.copyOf(buildArgs);
  }

  /// The file alone.
  public static Subject of(Containerfile file) {
    return new Subject(file, Map.of(), _ -> false, _ -> Optional.empty());
  }
}
