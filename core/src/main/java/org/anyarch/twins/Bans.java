package org.anyarch.twins;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Programs that run emulated from now on, since their twins once made a difference. A file that
/// people may read and remove: a line for each, the MD5 of the guest's file, its package, its
/// version, its path.
public final class Bans {
  /// Beyond that nobody has read it for long.
  private static final long LARGEST = 1 << 20;

  /// @param guestDigest MD5 in hexadecimal of the guest's file
  public record Ban(String guestDigest, String name, String version, String program) {
    private static Optional<Ban> parse(String line) {
      String[] words = line.split(" ", 4);
      return words.length == 4 && words[0].matches("[0-9a-f]{32}")
          ? Optional.of(new Ban(words[0], words[1], words[2], words[3]))
          : Optional.empty();
    }

    /// `/usr/bin/cat of coreutils 9.1-1`.
    public String inWords() {
      return program + " of " + name + " " + version;
    }
  }

  private final Path file;
  private List<Ban> all;

  private Bans(Path file, List<Ban> all) {
    this.file = file;
    this.all = all;
  }

  /// Those of the cache's folder.
  public static Bans of(Path home) throws IOException {
    Path file = home.resolve("banned-twins");
    return new Bans(file, read(file));
  }

  private static List<Ban> read(Path file) throws IOException {
    if (!Files.isRegularFile(file) || Files.size(file) > LARGEST) {
      return List.of();
    }
    return Files.readString(file, StandardCharsets.ISO_8859_1)
        .lines()
        .flatMap(line -> Ban.parse(line).stream())
        .toList();
  }

  public Path file() {
    return file;
  }

  public synchronized List<Ban> all() {
    return all;
  }

  synchronized boolean holds(String guestDigest) {
    return all.stream().anyMatch(ban -> ban.guestDigest().equals(guestDigest));
  }

  /// Twins of these files are used no more, by this build and all that come.
  public synchronized void add(List<UsedTwin> twins) throws IOException {
    List<Ban> more = new ArrayList<>(all);
    StringBuilder lines = new StringBuilder();
    for (UsedTwin twin : twins) {
      if (!holds(twin.guestDigest())) {
        more.add(new Ban(twin.guestDigest(), twin.name(), twin.version(), twin.program()));
        lines.append(
            String.join(
                " ", twin.guestDigest(), twin.name(), twin.version(), twin.program() + "\n"));
      }
    }
    // One write, behind what another build adds.
    Files.writeString(
        file,
        lines,
        StandardCharsets.ISO_8859_1,
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    all = List.copyOf(more);
  }
}
