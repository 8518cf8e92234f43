package org.anyarch.twins;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Which programs of which packages do the same on every CPU. Lines of a text: the package, then
/// its programs, by name (in one of the folders of PATH) or by path; `disguised:` and `told:` say
/// how those behind it come to know their architecture; `#` begins a comment.
record Profile(List<Entry> entries) {
  private static final List<String> FOLDERS = List.of("/usr/bin/", "/bin/", "/usr/sbin/", "/sbin/");

  /// @param kind of all its programs
  /// @param programs names or absolute paths
  record Entry(String name, Identity.Kind kind, List<String> programs) {
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
      Identity.Kind kind = Identity.Kind.PLAIN;
      List<String> programs = new ArrayList<>();
      for (String word : Arrays.asList(words).subList(1, words.length)) {
        Optional<Identity.Kind> next = Identity.Kind.named(word);
        if (next.isEmpty()) {
          programs.add(word);
        } else {
          add(entries, words[0], kind, programs);
          kind = next.get();
          programs.clear();
        }
      }
      add(entries, words[0], kind, programs);
    }
    return new Profile(List.copyOf(entries));
  }

  private static void add(
      List<Entry> entries, String name, Identity.Kind kind, List<String> programs) {
    if (!programs.isEmpty()) {
      entries.add(new Entry(name, kind, List.copyOf(programs)));
    }
  }
}
