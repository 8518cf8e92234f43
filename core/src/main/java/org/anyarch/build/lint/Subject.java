package org.anyarch.build.lint;

import java.util.List;
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
/// @param foreignBases base images of another platform
public record Subject(
    Containerfile file,
    Map<String, String> buildArgs,
    Predicate<String> ignored,
    Function<String, Optional<Set<String>>> imageVariables,
    List<ForeignBase> foreignBases) {
  public Subject {
    buildArgs = Map.copyOf(buildArgs);
    foreignBases = List.copyOf(foreignBases);
  }

  /// The file alone.
  public static Subject of(Containerfile file) {
    return new Subject(file, Map.of(), _ -> false, _ -> Optional.empty(), List.of());
  }
}
