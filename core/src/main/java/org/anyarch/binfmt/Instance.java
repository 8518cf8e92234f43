package org.anyarch.binfmt;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/// A mounted binfmt_misc: the folder with `register`, `status` and one file an entry.
public final class Instance {
  private final Path folder;

  private Instance(Path folder) {
    this.folder = folder;
  }

  public static Instance at(Path folder) {
    return new Instance(folder);
  }

  /// Where an entry of this name is, if it is there.
  public Path file(String name) {
    return folder.resolve(name);
  }

  /// All entries in the order in which the kernel tries them: the newest first, which is the order
  /// of its folder.
  public List<Entry> entries() throws IOException {
    List<Entry> entries = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        if (!name.equals("register") && !name.equals("status")) {
          entries.add(Entry.parse(name, Files.readString(file, StandardCharsets.ISO_8859_1)));
        }
      }
    }
    return entries;
  }

  /// Registers a rule, in one write as the kernel wants it.
  public void register(Rule rule) throws RuleException, IOException {
    byte[] text = rule.registerString().getBytes(StandardCharsets.UTF_8);
    try (FileChannel register =
        FileChannel.open(folder.resolve("register"), StandardOpenOption.WRITE)) {
      register.write(ByteBuffer.wrap(text));
    } catch (IOException e) {
      throw new IOException(
          "cannot register " + rule.name() + " in " + folder + ": " + e.getMessage(), e);
    }
  }

  /// Removes an entry.
  public void remove(String name) throws IOException {
    control(name, "-1");
  }

  /// Switches an entry on or off.
  public void enable(String name, boolean enabled) throws IOException {
    control(name, enabled ? "1" : "0");
  }

  private void control(String name, String word) throws IOException {
    // A name with a slash would lead to another file.
    if (name.isEmpty() || name.contains("/") || name.equals("status") || name.equals("register")) {
      throw new IOException("\"" + name + "\" names no entry of " + folder);
    }
    Files.writeString(folder.resolve(name), word, StandardOpenOption.WRITE);
  }
}
