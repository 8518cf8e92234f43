package org.anyarch.build.solve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// What is noted of a cache mount's folder.
///
/// @param what it is, for people
/// @param lastUsed when a step last began to use it
/// @param bytes what it took when it was measured, about
/// @param measured when that was; the epoch if it never was
record MountEntry(String what, Instant lastUsed, long bytes, Instant measured) {

  /// What is noted, or can be seen, of the folder.
  static MountEntry of(Path folder) throws IOException {
    Path file = CacheFolders.entry(folder);
    Optional<EntryFile> read = EntryFile.read(file, CacheFolders.MOUNT);
    Path used = read.isPresent() ? file : folder;
    Instant lastUsed = Files.getLastModifiedTime(used, LinkOption.NOFOLLOW_LINKS).toInstant();
    return read.map(entry -> of(entry, lastUsed))
        .orElse(new MountEntry("without description", lastUsed, 0, Instant.EPOCH));
  }

  private static MountEntry of(EntryFile entry, Instant lastUsed) {
    Optional<Long> measured = entry.number("measured");
    Optional<Long> bytes = entry.number("bytes");
    boolean known = measured.isPresent() && bytes.isPresent();
    return new MountEntry(
        entry.value("what"),
        lastUsed,
        known ? bytes.get() : 0,
        known ? Instant.ofEpochMilli(measured.get()) : Instant.EPOCH);
  }

  MountEntry used(String by) {
    return new MountEntry(EntryFile.line(by), Instant.now(), bytes, measured);
  }

  MountEntry measured(long now) {
    return new MountEntry(what, lastUsed, now, Instant.now());
  }

  /// Whether it was used so long after it was measured that this says nothing of it any more. A
  /// time to come was noted before the clock was set back.
  boolean isOld(Duration patience) {
    return lastUsed.isAfter(measured.plus(patience)) || measured.isAfter(Instant.now());
  }

  /// Writes it beside the folder; the file is as old as the last use.
  void write(Path folder) throws IOException {
    Path file = CacheFolders.entry(folder);
    new EntryFile(
            CacheFolders.MOUNT,
            Map.of(
                "what",
                what,
                "bytes",
                String.valueOf(bytes),
                "measured",
                String.valueOf(measured.toEpochMilli())))
        .write(file);
    Files.setLastModifiedTime(file, FileTime.from(lastUsed));
  }
}
