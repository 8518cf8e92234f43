package org.anyarch.build.solve;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.anyarch.kernel.Xattrs;
import org.anyarch.oci.Digest;
import org.anyarch.oci.FileContents;

/// The folder that builds and runs keep snapshots in, shared by all of a user's sessions.
///
/// - `layers/NAME/` unpacked base layers, kept for the next build; without a whole
///   `layers/NAME.entry` they are none
/// - `steps/KEY/` results of steps ([StepCache])
/// - `mounts/` the folders of RUN's cache mounts ([CacheFolders])
/// - `twins/` packages for this machine that native twins come from ([org.anyarch.twins.TwinStore])
/// - `contexts/NAME` digests of a context's files ([FileDigests])
/// - `work/ID/` what one session is working on; `work/ID.lock` is locked while it lives;
///   `work/guard` while one starts
/// - `lock` is held shared by whoever uses the store, exclusively by whoever checks all of it
/// - `keys` holds the locks of single layers and steps ([KeyLocks])
///
/// A session that was killed leaves a work folder without a lock; the next one removes it. On disk,
/// files belong to the ids that the session's user namespace maps theirs to, so sessions with other
/// maps have layers and steps of their own.
public final class Store implements AutoCloseable {
  static final String LAYER = "anyarch layer 3";
  static final String LAYERS = "layers";
  static final String STEPS = "steps";
  static final String MOUNTS = "mounts";
  static final String CONTEXTS = "contexts";
  static final String TWINS = "twins";
  static final String IMAGES = "images";
  private static final List<String> FOLDERS = List.of(LAYERS, STEPS, MOUNTS, CONTEXTS);

  private final Path home;
  private final FileChannel useChannel;
  private final Path work;
  private final FileChannel workChannel;
  private final KeyLocks locks;
  private final String ids;
  private final String boot;
  private final AtomicInteger next = new AtomicInteger();
  private volatile boolean grown;

  private Store(
      Path home,
      FileChannel useChannel,
      Path work,
      FileChannel workChannel,
      KeyLocks locks,
      String ids,
      String boot) {
    this.home = home;
    this.boot = boot;
    this.locks = locks;
    this.ids = ids;
    this.useChannel = useChannel;
    this.work = work;
    this.workChannel = workChannel;
  }

  /// Opens the store below `home` for one session, waiting while another process checks it.
  public static Store open(Path home) throws IOException {
    for (String folder : FOLDERS) {
      Files.createDirectories(home.resolve(folder));
    }
    Path works = Files.createDirectories(home.resolve("work"));
    FileChannel use = channel(home.resolve("lock"));
    try (FileChannel guard = channel(works.resolve("guard"))) {
      use.lock(0, Long.MAX_VALUE, true);
      // Nobody sweeps between the making of our lock file and its being locked.
      guard.lock();
      removeAbandoned(works);
      String id = UUID.randomUUID().toString().substring(0, 8);
      FileChannel own = channel(works.resolve(id + ".lock"));
      own.lock();
      return new Store(
          home,
          use,
          Files.createDirectory(works.resolve(id)),
          own,
          new KeyLocks(home.resolve("keys")),
          idMap(),
          boot(Path.of("/proc/sys/kernel/random/boot_id")));
    } catch (IOException | RuntimeException e) {
      use.close();
      throw e;
    }
  }

  /// What tells this process's user namespace from others whose ids lie elsewhere on the disk.
  private static String idMap() throws IOException {
    StringBuilder maps = new StringBuilder();
    for (String name : List.of("uid_map", "gid_map")) {
      maps.append(Files.readString(Path.of("/proc/self").resolve(name)).replaceAll("\\s+", " "));
    }
    return Digest.ofSha256(maps.toString().getBytes(StandardCharsets.UTF_8)).hex().substring(0, 12);
  }

  /// Another one each time the machine starts. Where it cannot be known, nothing is known of
  /// earlier ones: the same name for all of them.
  private static String boot(Path file) throws IOException {
    return Files.isReadable(file) ? Files.readString(file).strip() : "unknown";
  }

  String boot() {
    return boot;
  }

  private static FileChannel channel(Path file) throws IOException {
    return FileChannel.open(
        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  private static void removeAbandoned(Path works) throws IOException {
    try (DirectoryStream<Path> locks = Files.newDirectoryStream(works, "*.lock")) {
      for (Path lock : locks) {
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE)) {
          if (channel.tryLock() == null) {
            continue;
          }
          String name = lock.getFileName().toString();
          Trees.delete(works.resolve(name.substring(0, name.length() - ".lock".length())));
          Files.deleteIfExists(lock);
        } catch (OverlappingFileLockException theirs) {
          // Another store of this very process holds it.
        }
      }
    }
  }

  /// The folder that it is in.
  public Path home() {
    return home;
  }

  /// Begins the names of what this store's sessions make outside of it.
  public String owner() {
    return Digest.ofSha256(home.toString().getBytes(StandardCharsets.UTF_8)).hex().substring(0, 12);
  }

  /// The name of this session, unique among those of this store.
  public String session() {
    return work.getFileName().toString();
  }

  /// Whether a session of this store is still there, or was killed and not swept yet.
  public boolean hasSession(String name) {
    return Files.exists(home.resolve("work").resolve(name + ".lock"));
  }

  /// What this session's id map is known by.
  String ids() {
    return ids;
  }

  /// Where cache mounts are.
  Path cacheMounts() {
    return home.resolve(MOUNTS);
  }

  /// Where the layout of images is that were pulled from registries.
  public Path images() {
    return home.resolve(IMAGES);
  }

  /// Where the packages of native twins are.
  Path twins() {
    return home.resolve(TWINS);
  }

  /// An empty folder of this session, on the same file system as the layers.
  public Path workFolder(String name) throws IOException {
    return Files.createDirectories(work.resolve(name));
  }

  /// What the clock says that files have their times from; others are ahead of it by a tick.
  Instant fileTime() throws IOException {
    Path stamp = Files.createTempFile(work, "stamp", "");
    try {
      return Files.getLastModifiedTime(stamp).toInstant();
    } finally {
      Files.delete(stamp);
    }
  }

  /// Where the unpacked layer of this name is, if it is kept.
  public Path layer(String name) {
    return home.resolve(LAYERS).resolve(name + "-" + ids);
  }

  /// The folder of a step's result, if it is kept.
  Path step(String key) {
    return home.resolve(STEPS).resolve(key + "-" + ids);
  }

  boolean isStep(Path folder) {
    return home.resolve(STEPS).equals(folder.getParent());
  }

  /// Where the digests of a context's files are.
  Path contextFile(Path root) {
    String name = Digest.ofSha256(root.toString().getBytes(StandardCharsets.UTF_8)).hex();
    return home.resolve(CONTEXTS).resolve(name);
  }

  /// Whether hardly anything can be written any more: programs in steps say so in many words.
  public boolean isFull() throws IOException {
    return Files.getFileStore(home).getUsableSpace() < 1 << 20;
  }

  /// Whether this session has added anything.
  public boolean hasGrown() {
    return grown;
  }

  void grow() {
    grown = true;
  }

  /// The locks of steps by their keys and of layers by their names.
  KeyLocks locks() {
    return locks;
  }

  /// Keeps a complete folder of this session as layer `name`, to be called with the lock of its
  /// making. What is damaged there goes, unless somebody uses it: then the folder serves this
  /// session alone.
  ///
  /// @param blob what it was unpacked from
  /// @param contents of the files in it, as far as they are known
  public Path keep(Path folder, String name, Digest blob, Xattrs xattrs, FileContents contents)
      throws IOException, InterruptedException {
    Path target = layer(name);
    setAsideUnlessUsed(target.getFileName().toString(), target);
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      return folder;
    }
    grow();
    EntryFile entry =
        new EntryFile(
            LAYER, Seal.of(folder, xattrs, boot, contents).with(Map.of("what", "layer " + blob)));
    // A layer without its entry is none.
    Files.move(folder, target, StandardCopyOption.ATOMIC_MOVE);
    entry.write(layerEntry(target));
    return target;
  }

  /// The folder of the layer `name`, if it is kept and whole; it counts as used now.
  Optional<Path> usableLayer(String name) throws IOException {
    Path layer = layer(name);
    Path entry = layerEntry(layer);
    Optional<EntryFile> read = EntryFile.read(entry, LAYER);
    return read.isPresent() && isUsable(read.get(), layer, entry)
        ? Optional.of(layer)
        : Optional.empty();
  }

  /// Whether the folder is what the entry says, as far as can be seen without reading all of it.
  /// When it was last used is the time of its entry.
  boolean isUsable(EntryFile read, Path folder, Path entry) throws IOException {
    Optional<Seal> seal = Seal.of(read);
    if (seal.isEmpty() || !seal.get().fits(folder, boot)) {
      return false;
    }
    if (seal.get().boot().equals(boot)) {
      touch(entry);
    } else {
      new EntryFile(
              read.kind(), new Seal(seal.get().tree(), seal.get().top(), boot).with(read.values()))
          .write(entry);
    }
    return true;
  }

  private static void touch(Path entry) throws IOException {
    try {
      Files.setLastModifiedTime(entry, FileTime.from(Instant.now()));
    } catch (NoSuchFileException e) {
      // Set aside by a build that found its layer damaged; our mounts of it stay.
      return;
    }
  }

  /// Takes what is kept under the key out of the way, unless another process uses it. This one uses
  /// the key afterwards.
  void setAsideUnlessUsed(String key, Path folder) throws IOException, InterruptedException {
    locks.release(key);
    Optional<KeyLocks.Held> unused = locks.tryRemoval(key);
    if (unused.isPresent()) {
      try (KeyLocks.Held _ = unused.get()) {
        setAside(folder);
      }
    }
    locks.use(key);
  }

  void setAside(Path folder) throws IOException {
    Path aside = workFolder("aside").resolve(String.valueOf(next.incrementAndGet()));
    try {
      Files.move(folder, aside, StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException e) {
      // There was nothing.
      return;
    }
  }

  static Path layerEntry(Path layer) {
    return layer.resolveSibling(layer.getFileName() + ".entry");
  }

  /// Removes this session's work folder and lets go of the store.
  @Override
  public void close() throws IOException {
    try (useChannel;
        workChannel;
        locks) {
      Trees.delete(work);
      Files.deleteIfExists(work.resolveSibling(work.getFileName() + ".lock"));
    }
  }
}
