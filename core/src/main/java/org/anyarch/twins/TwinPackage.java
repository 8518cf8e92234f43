package org.anyarch.twins;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.anyarch.elf.ElfException;
import org.anyarch.elf.Libraries;
import org.anyarch.oci.Digest;
import org.anyarch.oci.Listing;

/// The ELF files of one package of this machine's architecture: programs and libraries by their
/// paths in `files/`, libraries by the names that others need them by in `lib/`.
///
/// A path begins in `files/` without the `/usr` that packages and roots write or leave out.
/// `content` has a line that says what it is, and one for each file: its length, its SHA-256
/// digest, its path.
record TwinPackage(Path folder) {
  private static final String FILES = "files";
  private static final String LIBRARIES = "lib";
  private static final String CONTENT = "content";
  private static final Pattern LINE = Pattern.compile("(\\d{1,18}) ([0-9a-f]{64}) (.+)");
  private static final int MAGIC = 4;

  /// Where the loader looks without being told.
  private static final Pattern SEARCHED = Pattern.compile("lib(64)?(/[^/]+-linux-gnu[^/]*)?");

  /// The program whose path in the package is `path`.
  Optional<Path> program(String path) {
    Path file = folder.resolve(FILES).resolve(unmerged(path).substring(1)).normalize();
    return file.startsWith(folder) && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        ? Optional.of(file)
        : Optional.empty();
  }

  /// The library that others need as `name`.
  Optional<Path> library(String name) {
    if (name.contains("/")) {
      return Optional.empty();
    }
    Path file = folder.resolve(LIBRARIES).resolve(name);
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        ? Optional.of(file)
        : Optional.empty();
  }

  List<Path> libraries() throws IOException {
    return Listing.of(folder.resolve(LIBRARIES));
  }

  /// What it is, for people.
  String what() throws IOException {
    return content().stream().findFirst().orElse("incomplete");
  }

  /// The length of its files together.
  long bytes() throws IOException {
    return lines().stream().mapToLong(line -> Long.parseLong(line.group(1))).sum();
  }

  /// Whether its files are there in their lengths. Nothing was synced to the disk, so a loss of
  /// power leaves short ones.
  boolean isComplete() throws IOException {
    return isAs((file, line) -> Files.size(file) == Long.parseLong(line.group(1)));
  }

  /// Whether its files are what they were, to the byte.
  boolean isUnaltered() throws IOException {
    return isAs((file, line) -> Digest.ofSha256(file).hex().equals(line.group(2)));
  }

  private interface Comparison {
    boolean fits(Path file, MatchResult line) throws IOException;
  }

  private boolean isAs(Comparison comparison) throws IOException {
    List<MatchResult> lines = lines();
    if (lines.isEmpty() || lines.size() != content().size() - 1) {
      return false;
    }
    for (MatchResult line : lines) {
      Path file = folder.resolve(line.group(3));
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || !comparison.fits(file, line)) {
        return false;
      }
    }
    return true;
  }

  private List<MatchResult> lines() throws IOException {
    return content().stream().skip(1).flatMap(line -> LINE.matcher(line).results()).toList();
  }

  private List<String> content() throws IOException {
    Path file = folder.resolve(CONTENT);
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        ? Files.readString(file, StandardCharsets.ISO_8859_1).lines().toList()
        : List.of();
  }

  /// `/bin/x` for `/bin/x` and `/usr/bin/x`.
  static String unmerged(String path) {
    return path.startsWith("/usr/") ? path.substring("/usr".length()) : path;
  }

  /// Fills an empty folder.
  static final class Filler {
    private final Path folder;

    Filler(Path folder) throws IOException {
      this.folder = folder;
      Files.createDirectories(folder.resolve(FILES));
      Files.createDirectories(folder.resolve(LIBRARIES));
    }

    /// Takes the file if it is an ELF file.
    ///
    /// @param path in the package, beginning with a slash
    /// @return what it is now, to be compared with a digest
    Optional<Path> add(String path, InputStream content) throws IOException {
      byte[] magic = content.readNBytes(MAGIC);
      if (magic.length < MAGIC || magic[0] != 0x7f || magic[1] != 'E' || magic[2] != 'L') {
        return Optional.empty();
      }
      Path file = place(path);
      try (var out = Files.newOutputStream(file)) {
        out.write(magic);
        content.transferTo(out);
      }
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
      return Optional.of(file);
    }

    /// Another name of a file that may have been added.
    void link(String path, String target) throws IOException {
      Path file = place(target);
      if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        Files.createLink(place(path), file);
      }
    }

    /// Names the libraries among the files; to be called once, behind the last of them.
    ///
    /// @param what it is, for people; one line
    void finish(String what) throws IOException {
      for (Path file : regularFiles(folder.resolve(FILES))) {
        String name = file.getFileName().toString();
        Path place = folder.resolve(FILES).relativize(file.resolveSibling(".").normalize());
        if (name.contains(".so") && SEARCHED.matcher(place.toString()).matches()) {
          library(file, name);
        }
      }
      StringBuilder content = new StringBuilder(what).append('\n');
      for (Path file : regularFiles(folder)) {
        content
            .append(Files.size(file))
            .append(' ')
            .append(Digest.ofSha256(file).hex())
            .append(' ')
            .append(folder.relativize(file))
            .append('\n');
      }
      Files.writeString(folder.resolve(CONTENT), content, StandardCharsets.ISO_8859_1);
    }

    private static List<Path> regularFiles(Path folder) throws IOException {
      try (var files = Files.walk(folder)) {
        return files.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)).toList();
      }
    }

    private void library(Path file, String fileName) throws IOException {
      String name;
      try {
        name = Libraries.of(file).name().orElse(fileName);
      } catch (ElfException e) {
        // Not one that a twin could need.
        return;
      }
      if (name.contains("/") || name.startsWith(".")) {
        return;
      }
      try {
        Files.createLink(folder.resolve(LIBRARIES).resolve(name), file);
      } catch (FileAlreadyExistsException e) {
        // The same library built for another variant of the processor: the first one serves.
        return;
      }
    }

    private Path place(String path) throws IOException {
      Path files = folder.resolve(FILES);
      try {
        Path file = files.resolve(unmerged(path).substring(1)).normalize();
        if (!file.startsWith(files) || file.equals(files)) {
          throw new IOException("a package has a file outside of its root: " + path);
        }
        Files.createDirectories(file.resolveSibling("."));
        return file;
      } catch (InvalidPathException e) {
        throw new IOException("a package has a file of an impossible name: " + path, e);
      }
    }
  }
}
