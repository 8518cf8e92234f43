package org.anyarch.build.solve;

import java.nio.file.Path;

/// Which files of a tree are copied. Asked from the top, and never for what is below a folder that
/// is left.
interface Selection {
  /// What becomes of a file or folder.
  enum Verdict {
    TAKE,
    /// A folder that comes along only if something in it does.
    LOOK_INSIDE,
    LEAVE
  }

  Selection ALL = (_, _) -> Verdict.TAKE;

  Verdict of(Path path, boolean folder);
}
