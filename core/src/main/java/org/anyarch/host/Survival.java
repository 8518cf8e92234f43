package org.anyarch.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.anyarch.binfmt.Entry;
import org.anyarch.binfmt.Flags;
import org.anyarch.binfmt.Instance;
import org.anyarch.binfmt.Rule;
import org.anyarch.binfmt.RuleException;

/// Proof that an instance outlives this container: an entry is registered, all mounts that this
/// container has of the instance are taken away, and it is mounted anew. If nobody else held it, it
/// is empty now, as it would have been after our end.
///
/// Two containers that try at once could take each other for a holder. The entry has the same name
/// everywhere, so the kernel lets one of them have it; whoever waits for it holds nothing.
final class Survival {
  static final String NAME = Marks.PREFIX + "trial";

  /// The kernel tells nobody when an entry is removed.
  private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

  /// For how long nothing of ours holds the instance: much longer than another one who waits for
  /// the entry has it mounted to look.
  private static final Duration LET_GO = Duration.ofMillis(100);

  /// A trial lasts a fraction of this; an older entry is of one that was killed.
  private static final Duration KILLED = Duration.ofSeconds(10);

  private static final int ATTEMPTS = 3;

  private final Mountings mountings;

  Survival(Mountings mountings) {
    this.mountings = mountings;
  }

  /// @param device of the instance, as `major:minor`
  /// @param point where it is mounted now
  /// @return where it is mounted after the trial, and how that came out
  Outcome test(Path point, String device) throws IOException, HostException, InterruptedException {
    String own = ProcessHandle.current().pid() + "-" + Long.toHexString(System.nanoTime());
    Path here = point;
    String tried = device;
    while (!taken(here, own)) {
      if (!letGo(here, tried)) {
        return new Outcome(mountings.mountAside(), false, true);
      }
      Thread.sleep(LOOK_AGAIN);
      here = mountings.mountAside();
      tried = MountTable.deviceOf(here);
    }
    boolean gone;
    try {
      gone = letGo(here, tried);
    } catch (IOException e) {
      Instance.at(here).remove(NAME);
      throw e;
    }
    Thread.sleep(LET_GO);
    Path again = mountings.mountAside();
    boolean there = owner(again).equals(own);
    if (there) {
      Instance.at(again).remove(NAME);
    }
    return new Outcome(again, there && gone, there && !gone);
  }

  private boolean letGo(Path point, String device) throws IOException {
    boolean gone = mountings.unmountAll(device);
    if (Mountings.isAside(point)) {
      Files.deleteIfExists(point);
    }
    return gone;
  }

  /// Whether the entry is ours now; not while another trial has it.
  private static boolean taken(Path point, String own) throws IOException {
    removeIfOlder(point, KILLED);
    Rule rule = new Rule(NAME, new Rule.Match.Extension(Marks.NOTHING + own), "/trial", Flags.NONE);
    for (int attempt = 1; true; attempt++) {
      try {
        Instance.at(point).register(rule);
        return true;
      } catch (RuleException e) {
        throw new IOException(e.getMessage(), e);
      } catch (IOException e) {
        if (!owner(point).isEmpty()) {
          return false;
        }
        // It may have been there a moment ago.
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /// Removes what a trial left that was killed.
  static void removeIfOlder(Path point, Duration age) throws IOException {
    Path entry = point.resolve(NAME);
    try {
      if (Files.getLastModifiedTime(entry).toInstant().isBefore(Instant.now().minus(age))) {
        Instance.at(point).remove(NAME);
      }
    } catch (NoSuchFileException none) {
      return;
    }
  }

  /// Whose trial is under way; empty if none is.
  private static String owner(Path point) throws IOException {
    try {
      String text = Files.readString(point.resolve(NAME), StandardCharsets.ISO_8859_1);
      return Entry.parse(NAME, text).match().orElse(null)
              instanceof Rule.Match.Extension(String extension)
          ? extension.substring(Math.min(extension.length(), Marks.NOTHING.length()))
          : "";
    } catch (NoSuchFileException none) {
      return "";
    }
  }

  /// @param point where the instance is mounted now
  /// @param outlived whether the entry was still there without any mount of ours
  /// @param covered whether it was there, but so was a mount of ours that cannot be taken away
  ///   because another one covers it
  record Outcome(Path point, boolean outlived, boolean covered) {}
}
