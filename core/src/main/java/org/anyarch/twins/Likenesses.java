package org.anyarch.twins;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Twins that say of their architecture what the guest's files say, each made once for all steps.
final class Likenesses {
  /// A file of the guest that is as its package brought it.
  ///
  /// @param md5 of its content, in hexadecimal
  record Original(Path file, String md5) {}

  private record Pair(Path twin, String original, Identity identity) {}

  private interface Maker {
    Optional<byte[]> make(byte[] twin, byte[] original);
  }

  private final Path folder;
  private final Map<Pair, Optional<Path>> made = new HashMap<>();
  private final Map<String, List<String>> more = new HashMap<>();

  /// @param folder where they are made
  Likenesses(Path folder) {
    this.folder = folder;
  }

  /// The program of the store as it may stand in for `original`, if it may.
  Optional<Path> program(Identity identity, Identity.Kind kind, Path twin, Original original)
      throws IOException {
    return kind == Identity.Kind.PLAIN
        ? Optional.of(twin)
        : of(
            new Pair(twin, original.md5(), identity),
            original.file(),
            (mine, theirs) -> identity.program(kind, mine, theirs));
  }

  /// The library of the store as it may stand in for `original`, if it may.
  ///
  /// @param name by which programs need it
  Optional<Path> library(Identity identity, String name, Path twin, Original original)
      throws IOException {
    return of(
        new Pair(twin, original.md5(), identity),
        original.file(),
        (mine, theirs) -> identity.library(name, mine, theirs));
  }

  /// What else there is to know of the twin of `original` ([Identity#more]).
  synchronized List<String> more(Identity identity, Identity.Kind kind, Original original)
      throws IOException {
    if (!kind.isDriver()) {
      return identity.more(kind, new byte[0]);
    }
    List<String> known = more.get(original.md5());
    if (known == null) {
      known = identity.more(kind, Files.readAllBytes(original.file()));
      more.put(original.md5(), known);
    }
    return known;
  }

  private synchronized Optional<Path> of(Pair pair, Path original, Maker maker) throws IOException {
    Optional<Path> known = made.get(pair);
    if (known != null) {
      return known;
    }
    byte[] theirs = Files.readAllBytes(original);
    if (!Md5.of(theirs).equals(pair.original())) {
      // Replaced since it was looked at; whoever follows that comes again.
      return Optional.empty();
    }
    Optional<byte[]> body = maker.make(Files.readAllBytes(pair.twin()), theirs);
    Optional<Path> likeness =
        body.isPresent() ? Optional.of(write(body.get(), "l" + made.size())) : Optional.empty();
    made.put(pair, likeness);
    return likeness;
  }

  private Path write(byte[] body, String name) throws IOException {
    Path file = Files.write(folder.resolve(name), body);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return file;
  }
}
