package org.anyarch.twins;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.anyarch.elf.ElfException;
import org.anyarch.elf.ElfFile;
import org.anyarch.elf.Libraries;
import org.anyarch.oci.OciException;
import org.anyarch.oci.RootPath;

/// A folder of twins: programs, all libraries they need, the loader, and for each program a link to
/// the loader of its own name, by which the kernel calls the process. A program whose libraries are
/// not all there, or not those of the guest, is left out.
///
/// No name in it is one that a step could look for: `find / -name` finds nothing here.
final class TwinTree {
  private static final List<String> LIBRARY_FOLDERS =
      List.of("/usr/lib/%s/", "/lib/%s/", "/usr/lib64/", "/lib64/", "/usr/lib/", "/lib/");

  /// A program of the guest, and its twin in the twins' root.
  ///
  /// @param guestDigest what the guest's package says of its file, MD5 in hexadecimal
  /// @param digest the same of the twin's
  record Match(
      String guestPath, String guestDigest, String path, String digest, Identity.Kind kind) {}

  private final Path root;
  private final DpkgDatabase database;
  private final DpkgDatabase guests;
  private final Path folder;
  private final Identity identity;
  private final Map<String, Optional<Path>> libraries = new HashMap<>();
  private final Set<String> undisguised = new HashSet<>();
  private final Map<Match, TwinTable.Twin> placed = new LinkedHashMap<>();

  private TwinTree(
      Path root, DpkgDatabase database, DpkgDatabase guests, Identity identity, Path folder) {
    this.root = root;
    this.database = database;
    this.guests = guests;
    this.identity = identity;
    this.folder = folder;
  }

  /// @param root the twins' root, `database` its packages
  /// @param guests the packages of the guest's root
  /// @param folder to be filled; shown in containers as [Twins#TARGET]
  static TwinTree make(
      Path root,
      DpkgDatabase database,
      DpkgDatabase guests,
      Identity identity,
      List<Match> matches,
      Path folder)
      throws IOException {
    TwinTree tree = new TwinTree(root, database, guests, identity, folder);
    for (String name : List.of("lib", "bin", "ld")) {
      Files.createDirectories(folder.resolve(name));
    }
    Files.write(folder.resolve("table"), new byte[0]);
    for (Match match : matches) {
      tree.place(match);
    }
    return tree;
  }

  Path folder() {
    return folder;
  }

  /// The twins that are in it.
  Map<Match, TwinTable.Twin> placed() {
    return placed;
  }

  private void place(Match match) throws IOException {
    Path program = RootPath.resolve(root, match.path());
    Optional<byte[]> body;
    try {
      if (!Files.isRegularFile(program) || !md5(program).equals(match.digest())) {
        return;
      }
      Optional<String> interpreter = ElfFile.read(program).interpreter();
      if (interpreter.isEmpty() || !needed(program)) {
        return;
      }
      body = body(match, program);
      if (body.isEmpty()) {
        return;
      }
      Path loader = folder.resolve("ld.so");
      if (!Files.exists(loader)) {
        copy(RootPath.resolve(root, interpreter.get()), loader);
      }
    } catch (ElfException | OciException e) {
      // A script, or something odd: then it is emulated.
      return;
    }
    String number = "p" + placed.size();
    write(body.get(), folder.resolve("bin").resolve(number));
    String name = Path.of(match.guestPath()).getFileName().toString();
    Path link = folder.resolve("ld").resolve(name);
    if (!Files.exists(link)) {
      Files.createSymbolicLink(link, Path.of("../ld.so"));
    }
    placed.put(
        match,
        new TwinTable.Twin(
            Twins.TARGET + "/ld/" + name, Twins.TARGET + "/lib", Twins.TARGET + "/bin/" + number));
  }

  /// The program as it may stand in, if what it says of its architecture can be the guest's.
  private Optional<byte[]> body(Match match, Path program) throws IOException, ElfException {
    if (match.kind() == Identity.Kind.PLAIN) {
      return Optional.of(Files.readAllBytes(program));
    }
    Optional<byte[]> original = guests.unaltered(match.guestPath());
    return original.isEmpty()
            || Libraries.of(program).needed().stream().anyMatch(undisguised::contains)
        ? Optional.empty()
        : identity.program(match.kind(), Files.readAllBytes(program), original.get());
  }

  /// Whether all libraries of the file, and theirs, are in the folder now.
  private boolean needed(Path file) throws IOException, ElfException {
    Libraries needed = Libraries.of(file);
    if (needed.searched()) {
      return false;
    }
    List<Path> more = new ArrayList<>();
    for (String name : needed.needed()) {
      if (name.startsWith("ld-linux")) {
        continue;
      }
      Optional<Path> known = libraries.get(name);
      if (known == null) {
        known = library(name);
        libraries.put(name, known);
        known.ifPresent(more::add);
      }
      if (known.isEmpty()) {
        return false;
      }
    }
    for (Path library : more) {
      if (!needed(library)) {
        libraries.values().removeIf(known -> known.filter(library::equals).isPresent());
        return false;
      }
      String name = nameOf(library);
      byte[] plain = Files.readAllBytes(library);
      Optional<byte[]> body = identified(name, plain);
      if (body.isEmpty()) {
        undisguised.add(name);
      }
      write(body.orElse(plain), folder.resolve("lib").resolve(name));
    }
    return true;
  }

  /// The library as it may stand in for the guest's.
  private Optional<byte[]> identified(String name, byte[] library) throws IOException {
    if (Identity.ofLibrary(name) == Identity.Kind.PLAIN) {
      return Optional.of(library);
    }
    for (String pattern : LIBRARY_FOLDERS) {
      Optional<byte[]> original =
          guests.unaltered(pattern.formatted(identity.guest().triplet()) + name);
      if (original.isPresent()) {
        return identity.library(name, library, original.get());
      }
    }
    return Optional.empty();
  }

  private String nameOf(Path library) {
    return libraries.entrySet().stream()
        .filter(known -> known.getValue().filter(library::equals).isPresent())
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  /// The library of that name, if it is of a package that the guest has in the same version.
  private Optional<Path> library(String name) throws IOException {
    for (String pattern : LIBRARY_FOLDERS) {
      Path file = RootPath.resolve(root, pattern.formatted(identity.own().triplet()) + name);
      if (Files.isRegularFile(file)) {
        String path = "/" + root.relativize(file);
        return database
                .owner(path)
                .filter(
                    mine ->
                        guests
                            .find(mine.name())
                            .filter(theirs -> theirs.version().equals(mine.version()))
                            .isPresent())
                .isPresent()
            ? Optional.of(file)
            : Optional.empty();
      }
    }
    return Optional.empty();
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.copy(from, to);
    Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static void write(byte[] body, Path to) throws IOException {
    Files.write(to, body);
    Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  static String md5(Path file) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has MD5", e);
    }
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(java.io.OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
