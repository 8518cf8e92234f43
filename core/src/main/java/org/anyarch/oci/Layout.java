package org.anyarch.oci;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.anyarch.kernel.Failures;
import org.anyarch.platform.Platform;

/// An OCI image layout: a folder of blobs named by their digests, and `index.json` with the images'
/// names.
///
/// Blobs never change. Names may be added by several processes at once: every change of the index
/// replaces it as a whole, under a lock. Every blob that is read is compared with its descriptor.
public final class Layout {
  private final Path root;
  private final LayoutIndex index;

  /// The files whose content was compared with its digest by way of this object, as they were then.
  private final ConcurrentMap<Digest, FileStamp> verified = new ConcurrentHashMap<>();

  private final Clock clock;

  /// Whether everything in it is there after a crash of the machine.
  private final boolean lasting;

  private final Optional<Source> source;

  /// Where blobs come from that are not in a layout yet.
  public interface Source {
    /// Makes `file` the blob's content, whose size and digest are right.
    void fetch(Descriptor blob, Path file) throws IOException;
  }

  private Layout(Path root, boolean lasting) {
    this(root, Clock.systemUTC(), lasting, Optional.empty());
  }

  private Layout(Path root, Clock clock, boolean lasting, Optional<Source> source) {
    this.source = source;
    this.root = root;
    this.clock = clock;
    this.lasting = lasting;
    this.index = new LayoutIndex(root);
  }

  /// Opens the layout that lies in `folder`.
  public static Layout open(Path folder) throws OciException {
    return open(folder, Clock.systemUTC());
  }

  static Layout open(Path folder, Clock clock) throws OciException {
    Layout layout = new Layout(folder, clock, true, Optional.empty());
    try {
      layout.index.checkMarker();
      layout.index.read();
      return layout;
    } catch (OciException e) {
      throw e;
    } catch (IOException e) {
      throw new OciException(
          folder
              + " is no readable OCI image layout ("
              + Failures.describe(e)
              + "). Name a folder that holds oci-layout, index.json and blobs/.",
          e);
    }
  }

  /// Opens the layout in `folder`, or makes an empty one of it if it is empty or not there. What
  /// killed writers left in it is deleted.
  public static Layout create(Path folder) throws IOException {
    return create(folder, true);
  }

  /// As [#create], for an image on its way to other layouts: what [#put] adds need not outlast a
  /// crash of the machine before it is copied from here.
  public static Layout staging(Path folder) throws IOException {
    return create(folder, false);
  }

  private static Layout create(Path folder, boolean lasting) throws IOException {
    try {
      Files.createDirectories(folder);
    } catch (FileAlreadyExistsException e) {
      throw new OciException(folder + " is a file, not a folder for an OCI image layout.", e);
    }
    requireNothingElse(folder);
    Layout layout = new Layout(folder, lasting);
    layout.index.create(lasting);
    Files.createDirectories(layout.blobs());
    Partial.sweep(folder);
    Partial.sweep(layout.blobs());
    return layout;
  }

  /// Throws what [#create] of this folder and [#tag] with this name would throw, and changes
  /// nothing: long work for a place that cannot take it is spared.
  public static void check(Path folder, String name) throws IOException {
    LayoutIndex.requireName(name);
    if (Files.isDirectory(folder)) {
      requireNothingElse(folder);
    } else if (Files.exists(folder)) {
      throw new OciException(folder + " is a file, not a folder for an OCI image layout.");
    }
  }

  private static void requireNothingElse(Path folder) throws IOException {
    if (Files.notExists(folder.resolve(LayoutIndex.MARKER))) {
      try (Stream<Path> content = Files.list(folder)) {
        if (content.findAny().isPresent()) {
          throw new OciException(
              folder
                  + " holds files but no OCI image layout: nothing is written to it. Name a new or"
                  + " empty folder.");
        }
      }
    }
  }

  /// The same layout, but what is read of it and not there is fetched first.
  public Layout from(Source elsewhere) {
    return new Layout(root, clock, lasting, Optional.of(elsewhere));
  }

  public Path root() {
    return root;
  }

  /// The names and images in this layout now.
  public Index index() throws OciException {
    return index.read();
  }

  /// The image of that name: the annotation `org.opencontainers.image.ref.name`, or containerd's
  /// `io.containerd.image.name`.
  public Optional<Descriptor> named(String name) throws OciException {
    return index.named(name);
  }

  /// The layout's one image, for those who name none.
  public Descriptor only() throws OciException {
    List<Descriptor> entries = index().manifests();
    if (entries.size() == 1) {
      return entries.getFirst();
    }
    throw new OciException(
        entries.isEmpty()
            ? "the OCI image layout " + root + " holds no image."
            : "the OCI image layout "
                + root
                + " holds "
                + entries.size()
                + " images: add the name of one, "
                + String.join(" or ", index.names())
                + ".");
  }

  /// Gives `image`, whose blobs are in this layout, a name that nobody else has afterwards; with an
  /// empty name it becomes the one image that has none. Others may tag at the same time.
  public void tag(String name, Descriptor image) throws IOException {
    if (!has(image)) {
      throw new OciException(
          "cannot name " + Quoted.name(name) + ": " + image + " is not in " + root + ".");
    }
    index.tag(name, image);
  }

  /// Whether a blob of this digest and size is here; its content is not read.
  public boolean has(Descriptor blob) throws IOException {
    Path file = file(blob);
    return Files.isRegularFile(file) && Files.size(file) == blob.size();
  }

  /// [#has] of the layout that may be in `folder`.
  public static boolean holds(Path folder, Descriptor blob) throws IOException {
    return new Layout(folder, true).has(blob);
  }

  /// The blob's bytes. The end of the stream is only reported if size and digest are right, and an
  /// [OciException] thrown otherwise: nothing read may be believed before.
  public InputStream open(Descriptor blob) throws IOException {
    Path file = file(blob);
    if (source.isPresent() && !has(blob)) {
      Files.createDirectories(blobs());
      source.get().fetch(blob, file);
      if (lasting) {
        Partial.sync(file);
        Partial.sync(blobs());
      }
    }
    // A pipe of that name would wait for a writer for ever.
    if (!Files.isRegularFile(file)) {
      throw new OciException(
          "the blob "
              + blob
              + " is not in the OCI image layout "
              + root
              + ": the layout is incomplete. Copy the image to it again.");
    }
    FileStamp before = FileStamp.of(file);
    long began = clock.millis();
    return new VerifiedStream(
        new BufferedInputStream(Files.newInputStream(file), 1 << 16),
        blob,
        file.toString(),
        () -> {
          if (before.isOlderThan(began) && before.equals(FileStamp.of(file))) {
            verified.put(blob.digest(), before);
          }
        });
  }

  /// Whether the blob was read to its end by way of this object, and its file is the same since
  /// then: what was verified need not be read again only to be verified once more.
  private boolean isVerified(Descriptor blob) throws IOException {
    FileStamp stamp = verified.get(blob.digest());
    return stamp != null && has(blob) && stamp.equals(FileStamp.of(file(blob)));
  }

  /// The whole blob, verified, if it has at most `limit` bytes.
  public byte[] bytes(Descriptor blob, int limit) throws IOException {
    if (blob.size() > limit) {
      throw new OciException("the blob " + blob + " is larger than " + limit + " bytes.");
    }
    try (InputStream in = open(blob)) {
      return in.readAllBytes();
    }
  }

  public BlobWriter newBlob(String mediaType) throws IOException {
    return new BlobWriter(blobs(), mediaType);
  }

  /// Adds a small blob.
  public Descriptor put(String mediaType, byte[] content) throws IOException {
    try (BlobWriter writer = newBlob(mediaType)) {
      writer.write(content);
      return writer.commit(lasting);
    }
  }

  public Manifest manifest(Descriptor manifest) throws IOException {
    return Manifest.parse(bytes(manifest, Json.LARGEST_DOCUMENT));
  }

  public Index index(Descriptor nested) throws IOException {
    return Index.parse(bytes(nested, Json.LARGEST_DOCUMENT));
  }

  public ImageConfig config(Manifest manifest) throws IOException {
    return ImageConfig.parse(bytes(manifest.config(), Json.LARGEST_DOCUMENT));
  }

  /// The image for `wanted` at or below `image`, which may be a manifest, or an index whose entries
  /// may be indexes: exactly that platform, else the one that it runs best.
  ///
  /// @throws OciException naming the platforms that are there if the wanted one is not
  public Resolved resolve(Descriptor image, Platform wanted) throws IOException {
    return new Resolution(this, wanted).of(image);
  }

  /// Copies one blob with its bytes as they are: verified, as a hard link where that is possible.
  /// What `source` has read and verified to the end is not read once more only for that, unless its
  /// file was changed since.
  ///
  /// @param read told how many bytes were verified, again and again
  public void copyBlob(Layout source, Descriptor blob, LongConsumer read) throws IOException {
    if (has(blob)) {
      return;
    }
    if (source.isVerified(blob)) {
      read.accept(blob.size());
    } else {
      try (InputStream in = Counted.reading(source.open(blob), read)) {
        in.transferTo(OutputStream.nullOutputStream());
      }
    }
    Path target = file(blob);
    Files.createDirectories(target.resolveSibling("."));
    if (share(source.file(blob).toRealPath(), target, () -> source.open(blob))) {
      if (lasting && !source.lasting) {
        Partial.sync(target);
      }
      verified.put(blob.digest(), FileStamp.of(target));
    }
  }

  private static void copyBytes(InputStream in, Path target) throws IOException {
    try (Partial partial = Partial.in(target.resolveSibling("."))) {
      byte[] buffer = new byte[1 << 16];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        partial.write(buffer, 0, count);
      }
      partial.become(target);
    }
  }

  /// Takes a file as the blob that its keeper says it is, as a hard link where that is possible.
  public void adopt(Path file, Descriptor blob) throws IOException {
    if (!has(blob)) {
      share(file, file(blob), () -> Files.newInputStream(file));
    }
  }

  /// Makes `file` the blob's content, as a hard link where that is possible; what was there is
  /// replaced.
  public void lend(Descriptor blob, Path file) throws IOException {
    Files.deleteIfExists(file);
    Path kept = file(blob);
    share(kept, file, () -> Files.newInputStream(kept));
  }

  private interface Content {
    InputStream open() throws IOException;
  }

  /// @param content of `from`, where no link can be made
  /// @return whether `to` was made here
  private static boolean share(Path from, Path to, Content content) throws IOException {
    try {
      Files.createLink(to, from);
    } catch (FileAlreadyExistsException e) {
      // Another writer brought the same content.
      return false;
    } catch (FileSystemException | UnsupportedOperationException e) {
      // Another file system, or links are not permitted here.
      try (InputStream in = content.open()) {
        copyBytes(in, to);
      }
    }
    return true;
  }

  /// All blobs that an image consists of, what is referred to before what refers to it.
  public List<Descriptor> parts(Descriptor image) throws IOException {
    return List.copyOf(new Closure(this).of(image));
  }

  /// The file of a blob that is here.
  public Path path(Descriptor blob) {
    return file(blob);
  }

  /// Copies an image with everything below it: nested indexes, manifests, configurations, layers.
  public void copy(Layout source, Descriptor image) throws IOException {
    copy(source, image, Counted.NOWHERE);
  }

  /// @param read told how many bytes were verified, again and again
  public void copy(Layout source, Descriptor image, LongConsumer read) throws IOException {
    for (Descriptor blob : new Closure(source).of(image)) {
      copyBlob(source, blob, read);
    }
    if (lasting && !source.lasting) {
      Partial.sync(blobs());
    }
  }

  /// Deletes this layout, with its folder, if it names no image: nobody can have got one from it.
  public void deleteIfNameless() throws IOException {
    if (!index().manifests().isEmpty()) {
      return;
    }
    for (Path blob : Listing.of(blobs())) {
      Files.deleteIfExists(blob);
    }
    Files.deleteIfExists(blobs());
    Files.deleteIfExists(root.resolve("blobs"));
    index.delete();
    try {
      Files.deleteIfExists(root);
    } catch (DirectoryNotEmptyException e) {
      // What else is in it was not ours.
      return;
    }
  }

  private Path blobs() {
    return root.resolve("blobs").resolve("sha256");
  }

  private Path file(Descriptor blob) {
    return root.resolve(blob.digest().path());
  }
}
