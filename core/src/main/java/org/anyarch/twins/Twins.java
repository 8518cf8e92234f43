package org.anyarch.twins;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.anyarch.platform.Guest;

/// The native twins of one session. For a root folder of a guest, it finds the programs that are of
/// the same package in the same version for this machine's architecture, unaltered, and on the list
/// of those that may stand in. They come from the same image for this machine's platform, or from
/// the archive that the root's own packages come from.
public final class Twins implements AutoCloseable {
  /// Where a container sees them: below its own /dev, so that nothing is made in its root.
  public static final String TARGET = "/dev/.anyarch";

  /// Where a container sees what is its own alone: the table.
  public static final String OWN_TARGET = TARGET + "/step";

  /// So many packages are fetched at once.
  private static final int FETCHES = 4;

  /// What is interrupted ends at once, unless it is being unpacked.
  private static final int CLOSING_MILLIS = 300;

  /// A root folder of this machine's architecture, looked at only when its twins are not known yet.
  public interface Source {
    /// Tells it from others, by what is in it.
    String name();

    Opened open() throws IOException, InterruptedException;

    /// The folder, as long as it is open.
    interface Opened extends AutoCloseable {
      Path root();

      @Override
      void close() throws IOException;
    }
  }

  /// Fetches files of the web.
  public interface Web {
    /// @param sha256 in hexadecimal, which the content must have
    /// @param into a folder for it
    /// @throws IOException also if the content is another one
    Path fetch(URI uri, String sha256, Path into) throws IOException, InterruptedException;
  }

  /// A root folder that programs are to run in.
  ///
  /// @param path as it is mounted for the container: its device and inode numbers are those that
  ///   the container sees
  /// @param sibling the same image for this machine's platform
  /// @param known packages for this machine that earlier steps on the way to this root found
  /// @param online whether more may be fetched
  public record Root(
      Path path, Guest guest, Optional<Source> sibling, Origins known, boolean online) {}

  private final Path work;
  private final Showing.Means means;
  private final AtomicInteger next = new AtomicInteger();

  /// @param work where folders of twins are made
  /// @param own this machine
  /// @param preloaded the library that twins of interpreters are started with
  /// @param bans files that have no twin
  /// @param patience how long a container's start waits for packages that are being fetched
  /// @param notes told, once each, why there are fewer twins than there could be
  public Twins(
      Path work,
      Path preloaded,
      Guest own,
      Mode mode,
      Bans bans,
      TwinStore store,
      Web web,
      Duration patience,
      Consumer<String> notes)
      throws IOException {
    this(
        work,
        preloaded,
        own,
        mode,
        bans,
        store,
        web,
        () -> FileSystems.getDefault().newWatchService(),
        patience,
        notes);
  }

  Twins(
      Path work,
      Path preloaded,
      Guest own,
      Mode mode,
      Bans bans,
      TwinStore store,
      Web web,
      Showing.Watches watches,
      Duration patience,
      Consumer<String> notes)
      throws IOException {
    this.work = work;
    Set<String> said = ConcurrentHashMap.newKeySet();
    Consumer<String> once =
        text -> {
          if (said.add(text)) {
            notes.accept(text);
          }
        };
    this.means =
        new Showing.Means(
            own,
            Profile.debian(),
            mode,
            bans,
            new Memory(),
            new Likenesses(Files.createDirectories(work.resolve("likenesses"))),
            store,
            new TwinFolder(Files.createDirectories(work.resolve("shown")), own, preloaded),
            new Archive(store, web, Files.createDirectories(work.resolve("fetched")), own.debian()),
            new Showing.Threads(threads(1, "looks up twins "), threads(FETCHES, "fetches twins ")),
            watches,
            new Patience(
                patience, () -> once.accept("waiting a little for packages of native twins")),
            once);
  }

  /// Shows the twins for programs in a root, and follows what is installed there.
  public Showing show(Root root) throws IOException, InterruptedException {
    Showing showing =
        new Showing(
            root, means, Files.createDirectories(work.resolve("step-" + next.incrementAndGet())));
    try {
      showing.begin();
    } catch (IOException | InterruptedException | RuntimeException e) {
      showing.close();
      throw e;
    }
    return showing;
  }

  private static ExecutorService threads(int count, String name) {
    return Executors.newFixedThreadPool(
        count, Thread.ofPlatform().daemon().name(name, 0).factory());
  }

  /// Gives up what is still being fetched, and waits a little until it has been removed: whoever
  /// removes the folder of work afterwards would meet files that appear in it.
  @Override
  public void close() {
    List<ExecutorService> all = List.of(means.threads().lookUps(), means.threads().fetches());
    all.forEach(ExecutorService::shutdownNow);
    try {
      for (ExecutorService threads : all) {
        threads.awaitTermination(CLOSING_MILLIS, TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
