package org.anyarch.twins;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.anyarch.platform.Guest;

/// Which programs of which packages do the same on every CPU. Lines of a text: the package, then
/// its programs, by name (in one of the folders of PATH) or by path; words as `disguised:` say how
/// those behind it come to know their architecture ([Identity.Kind]); `{triplet}` stands for the
/// guest's GNU triplet; `#` begins a comment.
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

  private static final String TRIPLET = "{triplet}";

  /// The same for one guest.
  Profile of(Guest guest) {
    return new Profile(
        entries.stream()
            .map(
                entry ->
                    new Entry(
                        // Names of packages have no underscores.
                        entry.name().replace(TRIPLET, guest.triplet().replace('_', '-')),
                        entry.kind(),
                        entry.programs().stream()
                            .map(program -> program.replace(TRIPLET, guest.triplet()))
                            .toList()))
            .toList());
  }

  /// The package that has the twins of an installed one: it says what to look for, whatever the
  /// architecture.
  DpkgDatabase.Installed twinOf(DpkgDatabase.Installed installed) {
    boolean cross =
        entries.stream()
            .anyMatch(
                entry -> entry.name().equals(installed.name()) && entry.kind().isOfCrossCompiler());
    return cross
        ? new DpkgDatabase.Installed(
            installed.name(), installed.sourceVersion() + Archive.CROSS, installed.architecture())
        : installed;
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
