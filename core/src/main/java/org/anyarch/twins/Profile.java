package org.anyarch.twins;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Which programs of which packages do the same on every CPU. Lines of a text: the package, then
/// its programs, by name (in one of the folders of PATH) or by path; `#` begins a comment.
record Profile(List<Entry> entries) {
  private static final List<String> FOLDERS = List.of("/usr/bin/", "/bin/", "/usr/sbin/", "/sbin/");

  /// @param programs names or absolute paths
  record Entry(String name, List<String> programs) {
    /// The paths that a program of this entry may have in a package.
    static List<String> paths(String program) {
      return program.startsWith("/")
          ? List.of(program)
          : FOLDERS.stream().map(folder -> folder + program).toList();
    }
  }

  /// Whether any program of the package is on the list.
  boolean names(String name) {
    return entries.stream().anyMatch(entry -> entry.name().equals(name));
  }

  /// That of Debian and what is made of it.
  static Profile debian() {
    try (InputStream in = Profile.class.getResourceAsStream("debian.twins")) {
      if (in == null) {
        throw new IllegalStateException("debian.twins is missing");
      }
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Profile parse(String text) {
    List<Entry> entries = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      String[] words = line.replaceAll("#.*", "").strip().split("\\s+", -1);
      if (words.length > 1) {
        entries.add(new Entry(words[0], Arrays.asList(words).subList(1, words.length)));
      }
    }
    return new Profile(List.copyOf(entries));
  }
}
