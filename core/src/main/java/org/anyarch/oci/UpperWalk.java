package org.anyarch.oci;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.anyarch.kernel.Xattrs;

/// One walk over an overlayfs upper folder, from which every change is written as a tar entry.
final class UpperWalk {
  /// What bytes that are no UTF-8 are decoded to; no name that people give has it.
  private static final char REPLACEMENT = '\uFFFD';

  private static final LinkOption SELF = LinkOption.NOFOLLOW_LINKS;

  /// @param sortedAs the name, with a slash behind a folder's: so the entries of a walk that sorts
  ///   each folder are sorted by their whole paths
  private record Child(Path path, UnixFile file, String name, String sortedAs) {}

  private final Path root;
  private final Xattrs xattrs;
  private final UnaryOperator<Instant> times;
  private final Consumer<String> warnings;
  private final TarWriter tar;
  private final Map<UnixFile.Inode, String> linked = new HashMap<>();
  private long entries;

  UpperWalk(
      Path root,
      Xattrs xattrs,
      UnaryOperator<Instant> times,
      Consumer<String> warnings,
      TarWriter tar) {
    this.root = root;
    this.xattrs = xattrs;
    this.times = times;
    this.warnings = warnings;
    this.tar = tar;
  }

  /// @return how many entries were written
  long run() throws IOException {
    folder(root, "");
    return entries;
  }

  private void folder(Path folder, String prefix) throws IOException {
    for (Child child : children(folder, prefix)) {
      change(child, prefix + child.name());
    }
  }

  private List<Child> children(Path folder, String prefix) throws IOException {
    List<Child> children = new ArrayList<>();
    for (Path path : Listing.of(folder)) {
      UnixFile file = UnixFile.of(path);
      String name = name(path, prefix);
      String sorted = file.isFolder() ? name + "/" : name;
      children.add(new Child(path, file, name, sorted));
    }
    children.sort(Comparator.comparing(Child::sortedAs, UpperWalk::bytewise));
    return children;
  }

  /// Unlike String's own order, also right beyond the 16-bit characters.
  private static int bytewise(String left, String right) {
    return Arrays.compareUnsigned(
        left.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8));
  }

  /// The file's name, if it can be a name in a layer.
  private static String name(Path path, String prefix) throws OciException {
    Path last = path.getFileName();
    String name = last == null ? "" : last.toString();
    boolean exact;
    try {
      // Bytes that are no text come out as replacement characters, and do not come back.
      exact = path.getFileSystem().getPath(name).equals(last);
    } catch (InvalidPathException e) {
      exact = false;
    }
    if (!exact) {
      throw new OciException(
          "cannot pack "
              + Quoted.name(prefix + name)
              + ": the name is not UTF-8. Rename the file.");
    }
    if (name.startsWith(LayerApplier.WHITEOUT)) {
      throw new OciException(
          "cannot pack "
              + Quoted.name(prefix + name)
              + ": in a layer, names that start with .wh. say that a file is deleted. Rename it.");
    }
    return name;
  }

  private void change(Child child, String name) throws IOException {
    UnixFile file = child.file();
    if (file.isOverlayWhiteout()) {
      whiteout(file, name, child.name());
      return;
    }
    OverlayXattrs attributes = OverlayXattrs.of(child.path(), xattrs);
    if (attributes.has("whiteout") && file.size() == 0) {
      whiteout(file, name, child.name());
      return;
    }
    if (attributes.has("metacopy") || attributes.has("redirect")) {
      throw new OciException(
          "cannot pack "
              + Quoted.name(name)
              + ": overlayfs left its content in a lower folder. Mount the overlay with"
              + " metacopy=off,redirect_dir=off.");
    }
    Metadata metadata =
        new Metadata(file.mode(), file.owner(), times.apply(file.modified()), attributes.image());
    switch (file.kind()) {
      case FOLDER -> {
        put(TarEntry.folder(name + "/", metadata));
        if (attributes.isOpaque()) {
          String marker = name + "/" + LayerApplier.OPAQUE;
          put(TarEntry.file(marker, 0, plain(metadata.modified())));
        }
        folder(child.path(), name + "/");
      }
      case SOCKET -> warnings.accept("left out the socket " + Quoted.name(name));
      case FILE, SYMBOLIC_LINK, CHARACTER_DEVICE, BLOCK_DEVICE, FIFO -> leaf(child, name, metadata);
    }
  }

  private void leaf(Child child, String name, Metadata metadata) throws IOException {
    UnixFile file = child.file();
    if (file.links() > 1) {
      String first = linked.putIfAbsent(file.inode(), name);
      if (first != null) {
        put(TarEntry.link(TarEntry.Type.HARD_LINK, name, first, metadata.withoutXattrs()));
        return;
      }
    }
    switch (file.kind()) {
      case FILE -> {
        try (InputStream content = Files.newInputStream(child.path(), SELF)) {
          tar.put(TarEntry.file(name, file.size(), metadata), content);
          entries++;
        }
      }
      case SYMBOLIC_LINK -> {
        String target = Files.readSymbolicLink(child.path()).toString();
        if (target.indexOf(REPLACEMENT) >= 0) {
          throw new OciException(
              "cannot pack the symbolic link "
                  + Quoted.name(name)
                  + ": what it leads to is not UTF-8. Make it another one.");
        }
        put(TarEntry.link(TarEntry.Type.SYMBOLIC_LINK, name, target, metadata));
      }
      case CHARACTER_DEVICE ->
          put(TarEntry.node(TarEntry.Type.CHARACTER_DEVICE, name, metadata, device(file)));
      case BLOCK_DEVICE ->
          put(TarEntry.node(TarEntry.Type.BLOCK_DEVICE, name, metadata, device(file)));
      case FIFO -> put(TarEntry.node(TarEntry.Type.FIFO, name, metadata, TarEntry.Device.NONE));
      case FOLDER, SOCKET -> throw new IllegalStateException(name + " is no leaf");
    }
  }

  private static TarEntry.Device device(UnixFile file) {
    return new TarEntry.Device(file.major(), file.minor());
  }

  private void whiteout(UnixFile file, String name, String last) throws IOException {
    String folder = name.substring(0, name.length() - last.length());
    put(
        TarEntry.file(
            folder + LayerApplier.WHITEOUT + last, 0, plain(times.apply(file.modified()))));
  }

  private static Metadata plain(Instant time) {
    return Metadata.of(0, new Owner(0, 0), time);
  }

  private void put(TarEntry entry) throws IOException {
    tar.put(entry);
    entries++;
  }
}
