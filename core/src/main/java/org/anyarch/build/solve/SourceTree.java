package org.anyarch.build.solve;

import java.nio.file.Path;

/// Where COPY takes files from.
///
/// @param root what sources are relative to; links are followed within it
/// @param seen what of it the build sees
/// @param keepsOwners whether files keep their owners if nothing else is said: those of stages and
///   images do, those of folders of this machine do not
record SourceTree(Path root, Selection seen, boolean keepsOwners) {
  /// A folder of this machine.
  static SourceTree ofContext(ContextView view) {
    return new SourceTree(view.root(), view::verdict, false);
  }

  /// The root of a stage or an image.
  static SourceTree ofRoot(Path root) {
    return new SourceTree(root, Selection.ALL, true);
  }
}
