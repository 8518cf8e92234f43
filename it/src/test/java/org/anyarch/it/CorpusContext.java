package org.anyarch.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Makes a case's context. Each line is a verb, a path and what the verb needs.
final class CorpusContext {
  private final Path folder;

  private CorpusContext(Path folder) {
    this.folder = folder;
  }

  static void make(Path folder, List<String> lines) throws IOException {
    CorpusContext context = new CorpusContext(folder);
    for (String line : lines) {
      context.carryOut(line);
    }
  }

  private void carryOut(String line) throws IOException {
    String[] words = line.split(" ", 4);
    Path path = folder.resolve(unescaped(words[1]));
    String second = words.length > 2 ? words[2] : "";
    switch (words[0]) {
      case "file" -> {
        Files.createDirectories(path.getParent());
        Files.writeString(path, unescaped(words.length > 3 ? words[3] : ""));
        mode(path, second);
      }
      case "dir" -> {
        Files.createDirectories(path);
        mode(path, second);
      }
      case "link" -> Files.createSymbolicLink(path, Path.of(second));
      case "hard" -> Files.createLink(path, folder.resolve(second));
      case "time" ->
          Files.setLastModifiedTime(path, FileTime.from(Long.parseLong(second), TimeUnit.SECONDS));
      case "owner" -> {
        String[] ids = second.split(":", 2);
        Files.setAttribute(path, "unix:uid", Integer.parseInt(ids[0]), LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(path, "unix:gid", Integer.parseInt(ids[1]), LinkOption.NOFOLLOW_LINKS);
      }
      case "xattr" ->
          Files.getFileAttributeView(path, UserDefinedFileAttributeView.class)
              .write(second, StandardCharsets.UTF_8.encode(words[3]));
      case "archive" ->
          Processes.must(folder, "tar", "--sort=name", "-C", second, "-caf", words[1], ".");
      default -> throw new AssertionError("no verb: " + line);
    }
  }

  private static void mode(Path path, String octal) throws IOException {
    Files.setAttribute(path, "unix:mode", Integer.parseInt(octal, 8));
  }

  private static String unescaped(String text) {
    return text.translateEscapes();
  }
}
