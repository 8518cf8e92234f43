package org.anyarch.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.anyarch.binfmt.Entry;
import org.anyarch.binfmt.Flags;
import org.anyarch.binfmt.Instance;
import org.anyarch.binfmt.Rule;
import org.anyarch.binfmt.RuleException;

/// The right to prove that an instance outlives this container, which one container has at a time:
/// they see nothing of each other but the instance, and would take each other for a holder.
///
/// Whoever has the turn has an entry of its own in the instance, whose name is the same for all, so
/// the kernel gives it to one. Whoever waits holds nothing, and when it looks whether the turn is
/// free it first leaves an entry that says so. The turn lasts from the first proof to the last.
final class Turn implements AutoCloseable {
  private static final String NAME = Marks.PREFIX + "trial";
  private static final String VISIT = Marks.PREFIX + "visit-";

  /// For how long nothing of ours holds the instance in a proof.
  private static final Duration LET_GO = Duration.ofMillis(200);

  /// How often a proof is repeated because somebody has looked in meanwhile.
  private static final int PROOFS = 50;

  /// How often one who has the turn shows that it lives, and after how long without that it is
  /// taken for dead.
  private static final Duration SIGN = Duration.ofSeconds(2);

  private static final Duration DEAD = Duration.ofSeconds(15);

  /// How long to wait between two looks, at first and at most.
  private static final Duration SHORTEST = Duration.ofMillis(100);

  private static final Duration LONGEST = Duration.ofSeconds(2);

  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private static final int ATTEMPTS = 3;

  private final Mountings mountings;
  private final String own;
  private final ScheduledExecutorService signs;
  private Path point;
  private boolean proving;

  private Turn(Mountings mountings, String own, Path point) {
    this.mountings = mountings;
    this.own = own;
    this.point = point;
    this.signs =
        Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().daemon().name("turn").unstarted(task));
    var _ =
        signs.scheduleAtFixedRate(
            this::live, SIGN.toMillis(), SIGN.toMillis(), TimeUnit.MILLISECONDS);
  }

  /// How a proof came out.
  enum Outcome {
    /// The entry was still there after nothing of ours had held it.
    OUTLIVED,
    /// It was gone.
    LOST,
    /// It was there, but so was a mount of ours that cannot be taken away because another one
    /// covers it.
    COVERED
  }

  /// Waits for the turn.
  ///
  /// @param point where the instance is mounted now; it may be mounted elsewhere afterwards
  /// @param device of the instance, as `major:minor`
  /// @param notes hears of a long wait
  static Turn take(Mountings mountings, Path point, String device, Consumer<String> notes)
      throws IOException, HostException, InterruptedException {
    String own = ProcessHandle.current().pid() + "-" + Long.toHexString(System.nanoTime());
    Path here = point;
    String tried = device;
    long start = System.nanoTime();
    long seen = start;
    long pause = SHORTEST.toMillis();
    String last = "";
    boolean told = false;
    while (true) {
      register(here, VISIT + own, own);
      if (register(here, NAME, own)) {
        removeVisits(here);
        return new Turn(mountings, own, here);
      }
      String state = state(here);
      long now = System.nanoTime();
      if (!state.equals(last)) {
        last = state;
        seen = now;
      } else if (now - seen > DEAD.toNanos()) {
        removeIfThere(here, NAME);
        continue;
      }
      if (now - start > PATIENCE.toNanos()) {
        throw HostException.failed(
            "another anyarch has been proving that this binfmt_misc lasts for "
                + PATIENCE.toMinutes()
                + " minutes; look for it, or remove its entry: echo -1 > "
                + Mountings.USUAL
                + "/"
                + NAME);
      }
      if (now - start > LONGEST.toNanos() && !told) {
        told = true;
        notes.accept("another anyarch is installing handlers; waiting for it");
      }
      if (!letGo(mountings, here, tried)) {
        // It is held by a mount that cannot be taken away, so nothing can be proven.
        return new Turn(mountings, "", mountings.mountAside());
      }
      Thread.sleep(ThreadLocalRandom.current().nextLong(pause, 2 * pause));
      pause = Math.min(2 * pause, LONGEST.toMillis());
      here = mountings.mountAside();
      tried = MountTable.deviceOf(here);
    }
  }

  /// Where the instance is mounted now.
  Path point() {
    return point;
  }

  /// Lets go of the instance and looks whether it is still there. Afterwards it is mounted at
  /// [#point], whatever came out.
  Outcome prove() throws IOException, HostException, InterruptedException {
    if (own.isEmpty()) {
      return Outcome.COVERED;
    }
    for (int proof = 0; proof < PROOFS; proof++) {
      boolean gone;
      synchronized (this) {
        removeVisits(point);
        proving = true;
        gone = letGo(mountings, point, MountTable.deviceOf(point));
      }
      Thread.sleep(LET_GO);
      synchronized (this) {
        point = mountings.mountAside();
        proving = false;
        if (!owner(point).equals(own)) {
          return Outcome.LOST;
        }
        if (!gone) {
          return Outcome.COVERED;
        }
        if (!visited(point)) {
          return Outcome.OUTLIVED;
        }
      }
      // Who looked in may have been all that held it.
    }
    throw HostException.failed(
        "too many others look at this binfmt_misc to find out whether it lasts; run this again");
  }

  /// Lets the next one have it.
  @Override
  public synchronized void close() throws IOException {
    signs.shutdownNow();
    if (!own.isEmpty() && owner(point).equals(own)) {
      removeIfThere(point, NAME);
    }
  }

  private synchronized void live() {
    if (!proving && !own.isEmpty()) {
      try {
        Files.setLastModifiedTime(point.resolve(NAME), FileTime.from(Instant.now()));
      } catch (IOException lost) {
        // Somebody has removed all entries; the next proof will tell.
        signs.shutdown();
      }
    }
  }

  private static boolean letGo(Mountings mountings, Path point, String device) throws IOException {
    boolean gone = mountings.unmountAll(device);
    if (Mountings.isAside(point)) {
      Files.deleteIfExists(point);
    }
    return gone;
  }

  /// Whether the entry is new; not if there is one of that name.
  private static boolean register(Path point, String name, String own) throws IOException {
    Rule rule = new Rule(name, new Rule.Match.Extension(Marks.NOTHING + own), "/trial", Flags.NONE);
    for (int attempt = 1; true; attempt++) {
      try {
        Instance.at(point).register(rule);
        return true;
      } catch (RuleException e) {
        throw new IOException(e.getMessage(), e);
      } catch (IOException e) {
        if (Files.exists(point.resolve(name))) {
          return false;
        }
        // It may have been there a moment ago.
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /// Removes what was left by those that were killed.
  static void removeLeftovers(Path point, Instant before) throws IOException {
    for (Entry entry : Instance.at(point).entries()) {
      if (entry.name().equals(NAME) || entry.name().startsWith(VISIT)) {
        Optional<FileTime> time = time(point, entry.name());
        if (time.filter(t -> t.toInstant().isBefore(before)).isPresent()) {
          removeIfThere(point, entry.name());
        }
      }
    }
  }

  private static void removeVisits(Path point) throws IOException {
    for (Entry entry : Instance.at(point).entries()) {
      if (entry.name().startsWith(VISIT)) {
        removeIfThere(point, entry.name());
      }
    }
  }

  private static boolean visited(Path point) throws IOException {
    return Instance.at(point).entries().stream().anyMatch(e -> e.name().startsWith(VISIT));
  }

  private static void removeIfThere(Path point, String name) throws IOException {
    try {
      Instance.at(point).remove(name);
    } catch (NoSuchFileException removed) {
      return;
    }
  }

  /// Changes as long as whoever has the turn lives.
  private static String state(Path point) throws IOException {
    return owner(point) + " " + time(point, NAME);
  }

  private static Optional<FileTime> time(Path point, String name) throws IOException {
    try {
      return Optional.of(Files.getLastModifiedTime(point.resolve(name)));
    } catch (NoSuchFileException removed) {
      return Optional.empty();
    }
  }

  /// Who has the turn; empty if nobody has.
  private static String owner(Path point) throws IOException {
    try {
      String text = Files.readString(point.resolve(NAME), StandardCharsets.ISO_8859_1);
      return Entry.parse(NAME, text).match().orElse(null)
                  instanceof Rule.Match.Extension(String extension)
              && extension.startsWith(Marks.NOTHING)
          ? extension.substring(Marks.NOTHING.length())
          : "?";
    } catch (NoSuchFileException none) {
      return "";
    }
  }
}
