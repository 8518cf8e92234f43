package org.anyarch.build.solve;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.anyarch.kernel.Xattrs;
import org.anyarch.oci.Listing;
import org.anyarch.oci.UnixFile;

/// What differs between two folders of what a step changed, as far as their layers would: times of
/// when the step ran are the same to a layer.
final class TreeComparison {
  /// @param path from the root, with a slash before it
  record Difference(String path, List<String> what) {
    String inWords() {
      return path + " (" + String.join(", ", what) + ")";
    }
  }

  /// @param made when the step ran
  record Side(Path root, Spans made) {
    private Instant time(UnixFile file) {
      return made.dated(file.modified(), Instant.MAX);
    }
  }

  private final Xattrs xattrs;
  private final Side one;
  private final Side other;
  private final List<Difference> differences = new ArrayList<>();

  private TreeComparison(Side one, Side other, Xattrs xattrs) {
    this.one = one;
    this.other = other;
    this.xattrs = xattrs;
  }

  static List<Difference> of(Side one, Side other, Xattrs xattrs) throws IOException {
    TreeComparison comparison = new TreeComparison(one, other, xattrs);
    comparison.compare(one.root(), other.root(), "/");
    return comparison.differences;
  }

  private void compare(Path here, Path there, String path) throws IOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new ClosedByInterruptException();
    }
    UnixFile mine = UnixFile.of(here);
    UnixFile theirs = UnixFile.of(there);
    if (mine.kind() != theirs.kind() || mine.special() != theirs.special()) {
      differences.add(new Difference(path, List.of("type")));
      return;
    }
    List<String> what = new ArrayList<>();
    note(what, "mode", mine.mode() == theirs.mode());
    note(what, "owner", mine.owner().equals(theirs.owner()));
    note(what, "mtime", one.time(mine).equals(other.time(theirs)));
    note(what, "attributes", attributes(here).equals(attributes(there)));
    switch (mine.kind()) {
      case FILE -> {
        note(what, "size", mine.size() == theirs.size());
        note(what, "links", mine.links() == theirs.links());
        note(what, "content", Files.mismatch(here, there) < 0);
      }
      case SYMBOLIC_LINK ->
          note(what, "content", Files.readSymbolicLink(here).equals(Files.readSymbolicLink(there)));
      case FOLDER, CHARACTER_DEVICE, BLOCK_DEVICE, FIFO, SOCKET -> {}
    }
    if (!what.isEmpty()) {
      differences.add(new Difference(path, List.copyOf(what)));
    }
    if (mine.isFolder() && here.toString().length() <= TreeSize.LONGEST_PATH) {
      entries(here, there, path.equals("/") ? path : path + "/");
    }
  }

  private static void note(List<String> what, String name, boolean same) {
    if (!same) {
      what.add(name);
    }
  }

  private void entries(Path here, Path there, String prefix) throws IOException {
    Set<String> mine = names(here);
    Set<String> theirs = names(there);
    Set<String> all = new TreeSet<>(mine);
    all.addAll(theirs);
    for (String name : all) {
      if (mine.contains(name) && theirs.contains(name)) {
        compare(here.resolve(name), there.resolve(name), prefix + name);
      } else {
        differences.add(
            new Difference(
                prefix + name,
                List.of(mine.contains(name) ? "only accelerated" : "only emulated")));
      }
    }
  }

  private static Set<String> names(Path folder) throws IOException {
    Set<String> names = new HashSet<>();
    for (Path entry : Listing.of(folder)) {
      names.add(entry.getFileName().toString());
    }
    return names;
  }

  /// Those that get into a layer, or say what of a lower folder is hidden.
  private Map<String, String> attributes(Path path) throws IOException {
    Map<String, String> attributes = new TreeMap<>();
    for (String name : xattrs.list(path)) {
      if (TreeCopy.isCopied(name) || name.endsWith(".overlay.opaque")) {
        attributes.put(name, Arrays.toString(xattrs.value(path, name)));
      }
    }
    return attributes;
  }
}
