package org.anyarch.host;

/// What to do with entries of others that take a guest's programs.
public enum Existing {
  /// Leave them, and find out whether they do.
  KEEP,
  /// Put ours in their place, or before them if they have another name.
  REPLACE,
  /// Change nothing and say so.
  FAIL
}
