package org.anyarch.twins;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.anyarch.oci.Digest;
import org.anyarch.oci.OciException;
import org.anyarch.oci.RootPath;

/// A native twin that stood in for an emulated program.
///
/// @param program the guest's file, as its package calls it
/// @param name of the package, in `version`
/// @param substitute the package of the twin, if that is another one, and the twin compatible only
/// @param guestDigest MD5 in hexadecimal of the guest's file
/// @param digest of the twin
public record UsedTwin(
    String program,
    String name,
    String version,
    Optional<String> substitute,
    String guestDigest,
    Digest digest) {
  /// Larger tables are none of ours.
  private static final long LARGEST = 64 << 20;

  private static final int HEAD = 24;
  private static final int SLOT = 48;

  /// The same, of another package than its program.
  UsedTwin of(String other) {
    return new UsedTwin(program, name, version, Optional.of(other), guestDigest, digest);
  }

  /// For people.
  public String inWords() {
    return program
        + " of "
        + name
        + " "
        + version
        + substitute.map(other -> " (compatible: " + other + ")").orElse("");
  }

  /// The twins of the programs that are noted as native. A program that the step has changed since
  /// is left out, and so is what was noted without being true.
  ///
  /// @param root as it was mounted for the container
  /// @param folder what was shown as [Twins#TARGET]
  /// @param table the file of the table, the last one that the step had
  public static List<UsedTwin> of(Path root, Path folder, Path table, Execs execs)
      throws IOException {
    Optional<DpkgDatabase> database = DpkgDatabase.of(new RootFiles(root));
    if (database.isEmpty() || Files.size(table) > LARGEST) {
      return List.of();
    }
    byte[] bytes = Files.readAllBytes(table);
    Map<Path, UsedTwin> used = new LinkedHashMap<>();
    for (Execs.Program program : execs.programs()) {
      Optional<Path> file = program.isNative() ? file(root, program.path()) : Optional.empty();
      if (file.isPresent() && !used.containsKey(file.get())) {
        find(file.get(), "/" + root.relativize(file.get()), database.get(), bytes, folder)
            .ifPresent(twin -> used.put(file.get(), twin));
      }
    }
    return List.copyOf(used.values());
  }

  /// Empty if the path leads nowhere, or is none at all: the log is a stranger's text.
  private static Optional<Path> file(Path root, String path) throws IOException {
    if (!path.startsWith("/")) {
      return Optional.empty();
    }
    try {
      return Optional.of(RootPath.resolve(root, path))
          .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS));
    } catch (OciException e) {
      return Optional.empty();
    }
  }

  private static Optional<UsedTwin> find(
      Path file, String path, DpkgDatabase database, byte[] table, Path folder) throws IOException {
    Optional<DpkgDatabase.Installed> owner = database.owner(path);
    Optional<String> twin = lookUp(table, FileState.of(file));
    if (owner.isEmpty() || twin.isEmpty() || !twin.get().startsWith(Twins.TARGET + "/")) {
      return Optional.empty();
    }
    Path copy = folder.resolve(twin.get().substring(Twins.TARGET.length() + 1));
    return Optional.of(
        new UsedTwin(
            path,
            owner.get().name(),
            owner.get().version(),
            Optional.empty(),
            Md5.of(file),
            Digest.ofSha256(Files.readAllBytes(copy))));
  }

  /// The program that stands in for the file (`twins.h` of the native module).
  private static Optional<String> lookUp(byte[] table, FileState file) {
    if (table.length < HEAD) {
      return Optional.empty();
    }
    ByteBuffer in = ByteBuffer.wrap(table).order(ByteOrder.nativeOrder());
    int slots = Math.min(in.getInt(12), (table.length - HEAD) / SLOT);
    for (int at = HEAD; at < HEAD + slots * SLOT; at += SLOT) {
      if (new FileState(
              in.getLong(at),
              in.getLong(at + 8),
              in.getLong(at + 16),
              in.getLong(at + 24),
              in.getLong(at + 32))
          .equals(file)) {
        List<String> words = words(table, in.getInt(at + 40));
        return words.size() < 3 ? Optional.empty() : Optional.of(words.get(2));
      }
    }
    return Optional.empty();
  }

  /// The loader, its libraries, the program.
  private static List<String> words(byte[] table, int from) {
    List<String> words = new ArrayList<>();
    int start = Math.max(0, from);
    for (int at = start; at < table.length && words.size() < 3; at++) {
      if (table[at] == 0) {
        words.add(new String(table, start, at - start, StandardCharsets.UTF_8));
        start = at + 1;
      }
    }
    return words;
  }
}
