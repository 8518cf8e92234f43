package org.anyarch.twins;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.anyarch.oci.OciException;
import org.anyarch.oci.RootPath;

/// Why programs were emulated, in words, and what would change it.
public final class Remedies {
  private final Path root;
  private final Optional<Path> sibling;
  private final String platform;
  private final Bans bans;
  private final Profile profile = Profile.debian();

  /// @param root as it is mounted for the container
  /// @param sibling the root that twins come from, if there is one
  /// @param platform of this machine
  public Remedies(Path root, Optional<Path> sibling, String platform, Bans bans) {
    this.root = root;
    this.sibling = sibling;
    this.platform = platform;
    this.bans = bans;
  }

  /// The same programs, each emulated one with its remedy.
  public Execs of(Execs execs) throws IOException {
    Optional<DpkgDatabase> guests = DpkgDatabase.of(root);
    Optional<DpkgDatabase> ours =
        sibling.isPresent() ? DpkgDatabase.of(sibling.get()) : Optional.empty();
    List<Execs.Program> programs = new ArrayList<>();
    for (Execs.Program program : execs.programs()) {
      programs.add(
          program.isNative() ? program : program.withRemedy(remedy(program, guests, ours)));
    }
    return new Execs(programs, execs.whole(), execs.sampled());
  }

  private String remedy(
      Execs.Program program, Optional<DpkgDatabase> guests, Optional<DpkgDatabase> ours)
      throws IOException {
    return switch (program.outcome()) {
      case NATIVE -> "";
      case VARIABLE ->
          program.variable()
              + " is set, which a twin cannot honour: unset it where it is not needed";
      case LOCALE -> program.variable() + " names a locale of another byte order: set it to C";
      case SET_ID -> "set-user-ID and set-group-ID programs are always emulated";
      case SECURE -> "programs that gain rights are always emulated";
      case ALTERED -> "its file was altered: only what a package installed has a twin";
      case NOT_STARTED -> "its twin could not be started";
      case NO_TABLE, NO_TWIN -> missing(program, guests, ours);
    };
  }

  private String missing(
      Execs.Program program, Optional<DpkgDatabase> guests, Optional<DpkgDatabase> ours)
      throws IOException {
    if (guests.isEmpty()) {
      return "the root has no database of Debian's packages: only those have twins yet";
    }
    if (sibling.isEmpty()) {
      return "the base image has no " + platform + ": build or choose one that has";
    }
    Optional<Path> file = file(program.path());
    if (file.isEmpty()) {
      return "its file is not known: it was removed, or is in another root";
    }
    String path = "/" + root.relativize(file.get());
    Optional<DpkgDatabase.Installed> theirs = guests.get().owner(path);
    if (theirs.isEmpty()) {
      return "it is of no package: what a step compiles or copies is emulated";
    }
    String name = theirs.get().name();
    Optional<DpkgDatabase.Installed> mine = ours.flatMap(database -> database.find(name));
    if (bans.holds(TwinTree.md5(file.get()))) {
      return "its twin once did another thing; see " + bans.file();
    }
    if (!isListed(name, path)) {
      return "it is not among the programs of "
          + name
          + " that are known to do the same on every CPU";
    }
    if (mine.isEmpty()) {
      return name + " is not in the base image for " + platform;
    }
    if (!mine.get().version().equals(theirs.get().version())) {
      return name
          + " is "
          + theirs.get().version()
          + " here and "
          + mine.get().version()
          + " in the base image for "
          + platform
          + ": use a base image that has the same";
    }
    return "its file or its libraries are not those of the base image for " + platform;
  }

  private boolean isListed(String name, String path) {
    String unmerged = path.startsWith("/usr/") ? path.substring("/usr".length()) : path;
    return profile.entries().stream()
        .filter(entry -> entry.name().equals(name))
        .flatMap(entry -> entry.programs().stream())
        .flatMap(program -> Profile.Entry.paths(program).stream())
        .anyMatch(listed -> listed.equals(path) || listed.equals(unmerged));
  }

  private Optional<Path> file(String path) throws IOException {
    if (!path.startsWith("/")) {
      return Optional.empty();
    }
    try {
      return Optional.of(RootPath.resolve(root, path)).filter(Files::isRegularFile);
    } catch (OciException e) {
      return Optional.empty();
    }
  }
}
