package org.anyarch.build.solve;

import java.nio.file.Path;
import java.time.Instant;
import java.util.function.UnaryOperator;

/// Where COPY takes files from.
///
/// @param root what sources are relative to; links are followed within it
/// @param seen what of it the build sees
/// @param keepsOwners whether files keep their owners if nothing else is said: those of stages and
///   images do, those of folders of this machine do not
/// @param times what a copy of a file of some time gets
record SourceTree(Path root, Selection seen, boolean keepsOwners, UnaryOperator<Instant> times) {
  /// A folder of this machine.
  static SourceTree ofContext(ContextView view, ContextTimes times) {
    return new SourceTree(view.root(), view::verdict, false, times::ofCopy);
  }

  /// What came from the network.
  static SourceTree ofFetched(Path path) {
    return new SourceTree(path, Selection.ALL, false, UnaryOperator.identity());
  }

  /// The root of a stage or an image.
  static SourceTree ofRoot(Path root) {
    return new SourceTree(root, Selection.ALL, true, UnaryOperator.identity());
  }
}
