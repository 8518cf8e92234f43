package org.anyarch.twins;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.anyarch.platform.Guest;
import org.anyarch.platform.Platform;

/// Why programs were emulated, in words, and what would change it.
final class Remedies {
  private final RootFiles root;
  private final Showing.Means means;
  private final Guest guest;
  private final Profile profile;
  private final boolean hasSource;
  private final boolean online;
  private final Supply supply;

  /// @param hasSource whether there is a base image or an archive that twins could come from
  Remedies(Twins.Root root, Showing.Means means, boolean hasSource, Supply supply) {
    this.root = new RootFiles(root.path());
    this.means = means;
    this.guest = root.guest();
    this.profile = means.profile().of(guest, means.mode());
    this.hasSource = hasSource;
    this.online = root.online();
    this.supply = supply;
  }

  /// The same programs, each emulated one with its remedy.
  Execs of(Execs execs) throws IOException, InterruptedException {
    Optional<DpkgDatabase> guests = DpkgDatabase.of(root);
    List<Execs.Program> programs = new ArrayList<>();
    for (Execs.Program program : execs.programs()) {
      programs.add(program.isNative() ? program : program.withRemedy(remedy(program, guests)));
    }
    return new Execs(programs, execs.whole(), execs.sampled());
  }

  private String remedy(Execs.Program program, Optional<DpkgDatabase> guests)
      throws IOException, InterruptedException {
    return switch (program.outcome()) {
      case NATIVE -> "";
      case VARIABLE ->
          program.variable()
              + " is set, which a twin cannot honour: unset it where it is not needed";
      case LOCALE ->
          program.variable()
              + " names a locale that its twin may not be able to read: set it to C"
              + (means.own().data() == guest.data() ? " or C.UTF-8" : "");
      case SET_ID -> "set-user-ID and set-group-ID programs are always emulated";
      case SECURE -> "programs that gain rights are always emulated";
      case ALTERED -> "its file was altered: only what a package installed has a twin";
      case OPTION -> "its option " + program.variable() + " is about the program itself";
      case PLUGINS -> program.variable() + " has plugins, which a twin cannot load";
      case SCRIPT ->
          program.variable()
              + " is not among the unaltered scripts of packages that are known to do the same on every CPU";
      case PACKAGES -> "packages were being installed, and it may load what they bring";
      case NOT_STARTED -> "its twin could not be started";
      case NO_TABLE, NO_TWIN -> missing(program, guests);
    };
  }

  private String missing(Execs.Program program, Optional<DpkgDatabase> guests)
      throws IOException, InterruptedException {
    if (guests.isEmpty()) {
      return "the root has no database of Debian's packages: only those have twins yet";
    }
    Optional<Path> file = root.file(program.path());
    if (file.isEmpty()) {
      return "its file is not known: it was removed, or is in another root";
    }
    String path = root.path(file.get());
    Optional<DpkgDatabase.Installed> owner = guests.get().owner(path);
    if (owner.isEmpty()) {
      return "it is of no package: what a step compiles or copies is emulated";
    }
    if (means.bans().holds(Md5.of(file.get()))) {
      return "its twin once did another thing; see " + means.bans().file();
    }
    String name = owner.get().name();
    if (!isListed(profile, name, path)) {
      return means.mode() == Mode.EXACT
              && isListed(means.profile().of(guest, Mode.COMPATIBLE), name, path)
          ? "its twin may come to other bytes: --accelerate=compatible allows it"
          : "it is not among the programs of "
              + name
              + " that are known to do the same on every CPU";
    }
    DpkgDatabase.Installed theirs = profile.twinOf(owner.get());
    String wanted = theirs.name() + " " + theirs.version();
    if (supply.find(theirs).isPresent()) {
      return "its twin in "
          + wanted
          + " needs another file or library than this root has, or came while the step ran";
    }
    String own = Platform.host().toString();
    if (!hasSource) {
      return "nothing has "
          + wanted
          + " for "
          + own
          + ": the base image has no such platform, and apt has no lists here";
    }
    return online
        ? wanted
            + " for "
            + own
            + " is not in the base image, nor (any more) in the archive that apt's lists name:"
            + " update the lists and the package"
        : wanted
            + " for "
            + own
            + " was not fetched: the step has another network than this machine's";
  }

  private static boolean isListed(Profile profile, String name, String path) {
    String unmerged = TwinPackage.unmerged(path);
    return profile.entries().stream()
        .filter(entry -> entry.name().equals(name))
        .flatMap(entry -> entry.programs().stream())
        .flatMap(program -> Profile.Entry.paths(program).stream())
        .anyMatch(listed -> listed.equals(path) || listed.equals(unmerged));
  }
}
