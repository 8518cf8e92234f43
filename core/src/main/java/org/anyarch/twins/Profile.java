package org.anyarch.twins;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.anyarch.platform.Guest;

/// Which programs of which packages do the same on every CPU. Lines of a text: the package, then
/// its programs, by name (in one of the folders of PATH) or by path; words as `disguised:` say how
/// those behind it come to know their architecture ([Identity.Kind]); `compatible:PACKAGE` says
/// that those behind it have twins in another package, which do the same job ([Mode#COMPATIBLE]);
/// `{triplet}` stands for the guest's GNU triplet; `#` begins a comment.
record Profile(List<Entry> entries) {
  private static final List<String> FOLDERS = List.of("/usr/bin/", "/bin/", "/usr/sbin/", "/sbin/");

  /// @param substitute the package that has the twins, which are compatible only; empty for the
  ///   same package
  /// @param kind of all its programs
  /// @param programs names or absolute paths
  record Entry(
      String name, Optional<String> substitute, Identity.Kind kind, List<String> programs) {
    /// The paths that a program of this entry may have in a package.
    static List<String> paths(String program) {
      return program.startsWith("/")
          ? List.of(program)
          : FOLDERS.stream().map(folder -> folder + program).toList();
    }
  }

  private static final String TRIPLET = "{triplet}";
  private static final String COMPATIBLE = "compatible:";

  /// What Debian puts behind the version of a package that it fixes in a stable release.
  private static final Pattern UPDATE = Pattern.compile("\\+deb\\d+u\\d+$");

  /// The same for one guest, as far as the mode goes.
  Profile of(Guest guest, Mode mode) {
    // Names of packages have no underscores.
    String triplet = guest.triplet().replace('_', '-');
    return new Profile(
        entries.stream()
            .filter(entry -> mode == Mode.COMPATIBLE || entry.substitute().isEmpty())
            .map(
                entry ->
                    new Entry(
                        entry.name().replace(TRIPLET, triplet),
                        entry.substitute().map(name -> name.replace(TRIPLET, triplet)),
                        entry.kind(),
                        entry.programs().stream()
                            .map(program -> program.replace(TRIPLET, guest.triplet()))
                            .toList()))
            .toList());
  }

  /// The package that has the twins of an installed one: it says what to look for, whatever the
  /// architecture.
  DpkgDatabase.Installed twinOf(DpkgDatabase.Installed installed) {
    Optional<Entry> entry =
        entries.stream()
            .filter(one -> one.name().equals(installed.name()) && one.kind().isOfCrossCompiler())
            .findFirst();
    Optional<String> substitute = entry.flatMap(Entry::substitute);
    String version = installed.sourceVersion();
    return entry.isEmpty()
        ? installed
        : new DpkgDatabase.Installed(
            substitute.orElse(installed.name()),
            (substitute.isPresent() ? UPDATE.matcher(version).replaceFirst("") : version)
                + Archive.CROSS,
            installed.architecture());
  }

  /// Whether the twin of a program is compatible only.
  ///
  /// @param path as the list has it
  boolean isSubstituted(String path) {
    return entries.stream()
        .filter(entry -> entry.substitute().isPresent())
        .flatMap(entry -> entry.programs().stream())
        .anyMatch(program -> Entry.paths(program).contains(path));
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
      Optional<String> substitute = Optional.empty();
      Identity.Kind kind = Identity.Kind.PLAIN;
      List<String> programs = new ArrayList<>();
      for (String word : Arrays.asList(words).subList(1, words.length)) {
        Optional<Identity.Kind> next = Identity.Kind.named(word);
        if (word.startsWith(COMPATIBLE)) {
          substitute = Optional.of(word.substring(COMPATIBLE.length()));
        } else if (next.isEmpty()) {
          programs.add(word);
        } else {
          add(entries, new Entry(words[0], substitute, kind, List.copyOf(programs)));
          kind = next.get();
          programs.clear();
        }
      }
      add(entries, new Entry(words[0], substitute, kind, List.copyOf(programs)));
    }
    return new Profile(List.copyOf(entries));
  }

  private static void add(List<Entry> entries, Entry entry) {
    if (!entry.programs().isEmpty()) {
      entries.add(entry);
    }
  }
}
