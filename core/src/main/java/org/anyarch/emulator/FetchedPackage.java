package org.anyarch.emulator;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The emulators of one fetched package in a folder of the store, with a list of their digests as
/// sha256sum(1) writes and checks it.
///
/// @param folder where they are
record FetchedPackage(Path folder) {
  private static final String LIST = "SHA256SUMS";
  private static final int NAME = 64 + 2;
  private static final Pattern LINE = Pattern.compile("([0-9a-f]{64}) [ *](qemu-[^/]+)");

  /// The digests by the files' names; empty if the list is not there.
  Map<String, String> list() throws IOException {
    Map<String, String> digests = new TreeMap<>();
    Path list = folder.resolve(LIST);
    if (Files.isReadable(list)) {
      for (String line : Files.readAllLines(list)) {
        Matcher matcher = LINE.matcher(line);
        if (matcher.matches()) {
          digests.put(matcher.group(2), matcher.group(1));
        }
      }
    }
    return digests;
  }

  /// The names alone, which costs less.
  Set<String> names() throws IOException {
    Set<String> names = new HashSet<>();
    Path list = folder.resolve(LIST);
    if (Files.isReadable(list)) {
      for (String line : Files.readAllLines(list)) {
        names.add(line.substring(Math.min(line.length(), NAME)));
      }
    }
    return names;
  }

  /// Whether every file that was fetched is there with its bytes.
  boolean isIntact() throws IOException {
    Map<String, String> digests = list();
    for (Map.Entry<String, String> entry : digests.entrySet()) {
      Path file = folder.resolve(entry.getKey());
      if (!Files.isRegularFile(file)
          || !Files.isExecutable(file)
          || !digest(file).equals(entry.getValue())) {
        return false;
      }
    }
    return !digests.isEmpty();
  }

  /// Writes the list of the emulators that are in the folder.
  void seal() throws IOException {
    StringBuilder list = new StringBuilder();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "qemu-*")) {
      for (Path file : files) {
        list.append(digest(file)).append("  ").append(file.getFileName()).append('\n');
      }
    }
    Files.writeString(folder.resolve(LIST), list);
  }

  /// Makes `target` have the files of this folder, which loses them. One that is there already is
  /// mended file by file, each replaced as a whole: whoever looks meanwhile finds one.
  void moveTo(Path target) throws IOException {
    if (!Files.isDirectory(target)) {
      Files.deleteIfExists(target);
      Files.move(folder, target, StandardCopyOption.ATOMIC_MOVE);
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Files.move(
            file,
            target.resolve(file.getFileName()),
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  static String digest(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[1 << 16];
      for (int got = in.read(buffer); got >= 0; got = in.read(buffer)) {
        sha256.update(buffer, 0, got);
      }
      return HexFormat.of().formatHex(sha256.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
