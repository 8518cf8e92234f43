package org.anyarch.host;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.anyarch.emulator.Emulator;
import org.anyarch.emulator.EmulatorException;
import org.anyarch.emulator.Emulators;
import org.anyarch.kernel.Failures;
import org.anyarch.platform.Guest;

/// Emulators in the host's folder, each under a name that has its content's digest: another version
/// is another file, so one that the kernel holds open is never written to (ETXTBSY), and what an
/// entry says is what it runs.
final class EmulatorCopies {
  private static final String PARTIAL = ".partial-";
  private static final Pattern COPY = Pattern.compile("qemu-.*-[0-9a-f]{12}");
  private static final int CHUNK = 1 << 17;

  private final HostFolder folder;
  private final State state;
  private final Emulators emulators;

  EmulatorCopies(HostFolder folder, State state, Emulators emulators) {
    this.folder = folder;
    this.state = state;
    this.emulators = emulators;
  }

  /// An emulator's place on the host.
  ///
  /// @param path as the host calls it
  record Copy(Emulator emulator, String path, State.Source source) {}

  /// Where the emulators will be; reads those that were never seen before, and asks them for their
  /// version.
  Map<Guest, Copy> identify(List<Emulator> wanted)
      throws IOException, EmulatorException, InterruptedException {
    Map<Guest, Copy> copies = new LinkedHashMap<>();
    try (ExecutorService readers =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
      Map<Emulator, Future<State.Source>> reading = new LinkedHashMap<>();
      for (Emulator emulator : wanted) {
        reading.put(emulator, readers.submit(() -> source(emulator)));
      }
      for (Map.Entry<Emulator, Future<State.Source>> entry : reading.entrySet()) {
        Emulator emulator = entry.getKey();
        State.Source source = got(entry.getValue());
        state.sources().put(emulator.path().toString(), source);
        String path = folder.emulator(emulator.guest(), source.version(), source.digest());
        copies.put(emulator.guest(), new Copy(emulator, path, source));
      }
    }
    return copies;
  }

  private State.Source source(Emulator emulator)
      throws IOException, EmulatorException, InterruptedException {
    Path file = emulator.path();
    long size = Files.size(file);
    String modified = Files.getLastModifiedTime(file).toInstant().toString();
    State.Source known = state.sources().get(file.toString());
    if (known != null && unchanged(file, known)) {
      return known;
    }
    MessageDigest digest = sha256();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] chunk = new byte[CHUNK];
      int length = in.read(chunk);
      while (length >= 0) {
        digest.update(chunk, 0, length);
        length = in.read(chunk);
      }
    }
    return new State.Source(
        size, modified, HexFormat.of().formatHex(digest.digest()), emulators.version(emulator));
  }

  private static boolean unchanged(Path file, State.Source source) throws IOException {
    return Files.size(file) == source.size()
        && Files.getLastModifiedTime(file).toInstant().toString().equals(source.modified());
  }

  /// Whether the copy is there.
  boolean present(Copy copy) throws IOException {
    Path file = folder.local(copy.path());
    return Files.isRegularFile(file) && Files.size(file) == copy.source().size();
  }

  /// Writes the copies that are missing. All of them or, if one fails, none that a later run would
  /// take for whole.
  void write(List<Copy> copies) throws HostException, IOException, InterruptedException {
    try (ExecutorService writers =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
      List<Future<Boolean>> writing = new ArrayList<>();
      for (Copy copy : copies) {
        writing.add(
            writers.submit(
                () -> {
                  write(copy);
                  return true;
                }));
      }
      for (Future<Boolean> copy : writing) {
        got(copy);
      }
    } catch (EmulatorException e) {
      throw new IOException(e);
    } catch (IOException e) {
      removePartial();
      throw HostException.failed(
          "cannot copy the emulators to "
              + folder.path()
              + ": "
              + Failures.describe(e)
              + "; nothing was registered; make room there or name another folder with --folder",
          e);
    }
  }

  /// Plain create and write, so that the file gets the label of its folder and not that of where it
  /// came from.
  private void write(Copy copy) throws IOException {
    Path target = folder.local(copy.path());
    Path partial = target.resolveSibling(PARTIAL + target.getFileName());
    Files.deleteIfExists(partial);
    try (FileChannel in = FileChannel.open(copy.emulator().path());
        FileChannel out =
            FileChannel.open(partial, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      long size = in.size();
      long done = 0;
      while (done < size) {
        done += in.transferTo(done, size - done, out);
      }
      out.force(true);
    }
    if (!unchanged(copy.emulator().path(), copy.source())) {
      Files.delete(partial);
      throw new IOException(copy.emulator().path() + " changed while it was copied");
    }
    HostFolder.readableByAll(partial, true);
    Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
  }

  private static <T> T got(Future<T> future)
      throws IOException, EmulatorException, InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException failed -> throw failed;
        case EmulatorException refused -> throw refused;
        case RuntimeException bug -> throw bug;
        case Error error -> throw error;
        case null, default -> throw new IOException(e.getCause());
      }
    }
  }

  void removePartial() throws IOException {
    remove(folder, Instant.MAX, name -> name.startsWith(PARTIAL));
  }

  /// Removes copies that no entry names; what others put there has no digest in its name. The
  /// kernel keeps what it holds open.
  ///
  /// @param named interpreters of entries, as the host calls them
  /// @param before how old a copy has to be: snapshots, files of binfmt.d and holders may name it
  static void removeUnnamed(HostFolder folder, Set<String> named, Instant before)
      throws IOException {
    remove(
        folder,
        before,
        name ->
            COPY.matcher(name).matches() && !named.contains(folder.path() + "/emulators/" + name));
  }

  /// Removes copies that no entry names and nobody claims, however new they are: a holder registers
  /// what it has a claim on again.
  ///
  /// @param named interpreters of entries, as the host calls them
  /// @param claimed guests as QEMU calls them
  static void removeUnclaimed(HostFolder folder, Set<String> named, Set<String> claimed)
      throws IOException {
    remove(
        folder,
        Instant.MAX,
        name ->
            COPY.matcher(name).matches()
                && !named.contains(folder.path() + "/emulators/" + name)
                && claimed.stream().noneMatch(guest -> name.startsWith("qemu-" + guest + "-")));
  }

  private static void remove(HostFolder folder, Instant before, Predicate<String> unwanted)
      throws IOException {
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(folder.here().resolve("emulators"))) {
      for (Path file : files) {
        if (unwanted.test(file.getFileName().toString())
            && Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
