package org.anyarch.build.solve;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A root folder as a chain of folders, each holding what one layer changed, in overlayfs's form.
///
/// @param folders oldest first
public record Snapshot(List<Path> folders) {
  public static final Snapshot EMPTY = new Snapshot(List.of());

  public Snapshot {
    folders = List.copyOf(folders);
  }

  Snapshot with(Path folder) {
    List<Path> more = new ArrayList<>(folders);
    more.add(folder);
    return new Snapshot(more);
  }
}
