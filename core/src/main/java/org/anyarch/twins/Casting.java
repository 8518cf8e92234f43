package org.anyarch.twins;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.anyarch.elf.ElfException;
import org.anyarch.elf.Libraries;
import org.anyarch.platform.Guest;

/// Decides which programs of a root folder have a twin now: those on the list that are unaltered,
/// whose package and whose libraries' packages are at hand in the same version.
final class Casting {
  /// The libraries of the C library's own package that it loads by name.
  private static final String C_LIBRARY = "libc.so.6";

  /// The modules by which the C library looks up users and hosts, as /etc/nsswitch.conf has it.
  private static final String NAME_SERVICE = "libnss_";

  /// @param program the twin, in the store or made from what is there
  /// @param more what else there is to know of it ([Identity#more])
  record Part(
      FileState guest, String guestPath, Path program, Identity.Kind kind, List<String> more) {}

  /// @param libraries by the names they are needed by, the loader among them
  /// @param conversions of the C library
  /// @param modules those of perl, by the paths of the guest's, which have no links in them
  /// @param loader its name
  /// @param missing packages that would make it more
  record Cast(
      List<Part> parts,
      Map<String, Path> libraries,
      Conversions conversions,
      Map<String, Path> modules,
      String loader,
      Set<DpkgDatabase.Installed> missing) {}

  private final Showing.Means means;
  private final Profile profile;
  private final RootFiles root;
  private final DpkgDatabase guests;
  private final Identity identity;
  private final Supply supply;
  private final Set<DpkgDatabase.Installed> missing = new LinkedHashSet<>();
  private final Map<String, Path> modules = new TreeMap<>();

  Casting(
      Showing.Means means,
      Profile profile,
      RootFiles root,
      DpkgDatabase guests,
      Guest guest,
      Supply supply) {
    this.means = means;
    this.profile = profile;
    this.root = root;
    this.guests = guests;
    this.identity = new Identity(means.own(), guest);
    this.supply = supply;
  }

  Cast cast() throws IOException, InterruptedException {
    List<Part> parts = new ArrayList<>();
    Map<String, Path> libraries = new TreeMap<>();
    String loader = "";
    for (Profile.Entry entry : profile.entries()) {
      Optional<DpkgDatabase.Installed> theirs = owner(entry);
      if (theirs.isPresent()) {
        Map<String, String> digests = guests.digests(theirs.get());
        for (String program : entry.programs()) {
          for (String path : Profile.Entry.paths(program)) {
            String digest = digests.get(path);
            if (digest != null) {
              Wanted wanted = new Wanted(theirs.get(), entry.kind(), path, digest);
              loader = add(wanted, loader, parts, libraries).orElse(loader);
            }
          }
        }
      }
    }
    Optional<Conversions> conversions = conversions();
    if (!nameServices(libraries) || conversions.isEmpty()) {
      return new Cast(List.of(), Map.of(), Conversions.NONE, Map.of(), "", missing);
    }
    for (Map.Entry<String, Path> library : libraries.entrySet()) {
      like(library.getKey(), library.getValue()).ifPresent(library::setValue);
    }
    return new Cast(List.copyOf(parts), libraries, conversions.get(), modules, loader, missing);
  }

  /// Empty as long as a package with modules has no twin.
  private Optional<Conversions> conversions() throws IOException, InterruptedException {
    Map<String, Path> found = new TreeMap<>();
    String folder = Conversions.folder(identity.guest());
    boolean complete = true;
    for (Map.Entry<String, DpkgDatabase.Installed> module : guests.modules().entrySet()) {
      String path = "/usr" + TwinPackage.unmerged(module.getKey());
      Optional<DpkgDatabase.Installed> theirs = ofGuest(Optional.of(module.getValue()));
      if (path.startsWith(folder + "/") && theirs.isPresent()) {
        String name = path.substring(folder.length() + 1);
        if (name.contains("/")) {
          continue;
        }
        Optional<TwinPackage> mine = find(theirs.get());
        complete &= mine.isPresent();
        mine.flatMap(from -> from.program(Conversions.folder(identity.own()) + "/" + name))
            .ifPresent(file -> found.put(name, file));
      }
    }
    return complete ? Optional.of(Conversions.of(root, folder, found)) : Optional.empty();
  }

  /// Adds the modules that the guest's packages have. Without one of them, a twin would not know a
  /// user or host that the program knows.
  private boolean nameServices(Map<String, Path> libraries)
      throws IOException, InterruptedException {
    boolean complete = true;
    for (String name : guests.librariesNamed(NAME_SERVICE)) {
      Optional<DpkgDatabase.Installed> theirs = ofGuest(guests.library(name));
      if (theirs.isPresent() && !libraries.containsKey(name)) {
        Optional<TwinPackage> mine = find(theirs.get());
        Optional<Path> module = mine.flatMap(from -> from.library(name));
        complete &= module.isPresent() && module(name, module.get(), mine.orElseThrow(), libraries);
      }
    }
    return complete;
  }

  /// A program of the guest that is on the list.
  ///
  /// @param digest what its package says of its file
  private record Wanted(
      DpkgDatabase.Installed installed, Identity.Kind kind, String path, String digest) {}

  /// Returns the name of the twin's loader, if there is a twin.
  private Optional<String> add(
      Wanted wanted, String loaderOfOthers, List<Part> parts, Map<String, Path> libraries)
      throws IOException, InterruptedException {
    Optional<Path> file = root.file(wanted.path());
    Optional<Memory.Known> known =
        file.isPresent() ? unaltered(file.get(), wanted.digest()) : Optional.empty();
    if (known.isEmpty() || means.bans().holds(known.get().md5())) {
      return Optional.empty();
    }
    if (wanted.kind() == Identity.Kind.SCRIPT) {
      addScript(known.get(), wanted.path(), parts);
      return Optional.empty();
    }
    Optional<TwinPackage> mine = find(profile.twinOf(wanted.installed()));
    if (mine.isEmpty()) {
      missLibraries(file.get());
      return Optional.empty();
    }
    Optional<Path> program =
        mine.get()
            .program(
                wanted.kind().isOfCrossCompiler()
                    ? CrossCompiler.path(wanted.path())
                    : wanted.path());
    if (program.isEmpty()) {
      return Optional.empty();
    }
    try {
      Map<String, Path> needed = new TreeMap<>();
      Optional<String> loader = loader(wanted.kind(), program.get(), loaderOfOthers);
      if (loader.isEmpty()
          || !cLibrary(loader.get(), needed)
          || !needed(program.get(), mine.get(), needed)
          || (wanted.kind() == Identity.Kind.PERL && !modules(needed))) {
        return Optional.empty();
      }
      Likenesses.Original original = new Likenesses.Original(file.get(), known.get().md5());
      Optional<Path> like =
          wanted.kind().isAlone() || areLike(program.get(), needed)
              ? means.likenesses().program(identity, wanted.kind(), program.get(), original)
              : Optional.empty();
      if (like.isEmpty()) {
        return Optional.empty();
      }
      libraries.putAll(needed);
      parts.add(
          new Part(
              known.get().state(),
              wanted.path(),
              like.get(),
              wanted.kind(),
              means.likenesses().more(identity, wanted.kind(), original)));
      return loader;
    } catch (ElfException | NoSuchFileException e) {
      // Something odd, or removed from the store meanwhile: then it is emulated.
      return Optional.empty();
    }
  }

  /// What interprets a script stands before it in the profile.
  private static void addScript(Memory.Known script, String path, List<Part> parts) {
    parts.stream()
        .filter(part -> part.kind() == Identity.Kind.PERL)
        .findFirst()
        .ifPresent(
            perl ->
                parts.add(
                    new Part(
                        script.state(), path, perl.program(), Identity.Kind.SCRIPT, List.of())));
  }

  /// Finds the twins of all modules of perl that packages have, with the libraries they need.
  ///
  /// @return whether each has one
  private boolean modules(Map<String, Path> libraries)
      throws IOException, ElfException, InterruptedException {
    boolean complete = true;
    for (Map.Entry<String, DpkgDatabase.Installed> module : guests.modules().entrySet()) {
      if (Perl.isModule(module.getKey(), identity.guest())) {
        complete &= perlModule(module.getKey(), module.getValue(), libraries);
      }
    }
    return complete;
  }

  private boolean perlModule(
      String path, DpkgDatabase.Installed installed, Map<String, Path> libraries)
      throws IOException, ElfException, InterruptedException {
    Optional<DpkgDatabase.Installed> theirs = ofGuest(Optional.of(installed));
    Optional<TwinPackage> mine = theirs.isPresent() ? find(theirs.get()) : Optional.empty();
    Optional<Path> file = root.file(path);
    if (mine.isEmpty()
        || file.isEmpty()
        || unaltered(file.get(), guests.digest(installed, path).orElse("")).isEmpty()) {
      return false;
    }
    Optional<Path> module =
        mine.get().program(Perl.moduleFor(identity.own(), identity.guest(), path));
    module.ifPresent(twin -> modules.put(root.path(file.get()), twin));
    return module.isPresent() && needed(module.get(), mine.get(), libraries);
  }

  /// The name of a twin's loader; what loads a plugin has one already.
  private Optional<String> loader(Identity.Kind kind, Path program, String known)
      throws IOException, ElfException {
    return kind == Identity.Kind.PLUGIN
        ? Optional.of(known).filter(name -> !name.isEmpty())
        : means
            .memory()
            .needs(program)
            .interpreter()
            .map(path -> Path.of(path).getFileName().toString());
  }

  /// A twin needs what the guest's program needs, so that can be asked for at the same time.
  private void missLibraries(Path program) throws IOException, InterruptedException {
    try {
      for (String name : Libraries.of(program).needed()) {
        Optional<DpkgDatabase.Installed> theirs = ofGuest(guests.library(name));
        if (theirs.isPresent()) {
          find(theirs.get());
        }
      }
    } catch (ElfException | NoSuchFileException e) {
      // A script, or being replaced.
      return;
    }
  }

  /// Whether the libraries that a program needs itself say what the guest's say.
  private boolean areLike(Path program, Map<String, Path> libraries)
      throws IOException, ElfException {
    for (String name : means.memory().needs(program).libraries().needed()) {
      Path library = libraries.get(name);
      if (library != null && like(name, library).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /// The library as it may stand in for the guest's, if it may.
  private Optional<Path> like(String name, Path library) throws IOException {
    if (Identity.ofLibrary(name) == Identity.Kind.PLAIN) {
      return Optional.of(library);
    }
    Optional<Likenesses.Original> original = original(name);
    return original.isPresent()
        ? means.likenesses().library(identity, name, library, original.get())
        : Optional.empty();
  }

  private Optional<Likenesses.Original> original(String name) throws IOException {
    Optional<DpkgDatabase.Installed> theirs = ofGuest(guests.library(name));
    if (theirs.isPresent()) {
      for (String path : guests.named(theirs.get(), name)) {
        Optional<Path> file = root.file(path);
        if (file.isPresent()) {
          String digest = guests.digest(theirs.get(), root.path(file.get())).orElse("");
          if (unaltered(file.get(), digest).isPresent()) {
            return Optional.of(new Likenesses.Original(file.get(), digest));
          }
        }
      }
    }
    return Optional.empty();
  }

  /// All of its package, since it loads some by name, and the loader.
  private boolean cLibrary(String loader, Map<String, Path> libraries)
      throws IOException, InterruptedException {
    Optional<DpkgDatabase.Installed> theirs = ofGuest(guests.library(C_LIBRARY));
    Optional<TwinPackage> mine = theirs.isPresent() ? find(theirs.get()) : Optional.empty();
    if (mine.isEmpty() || mine.get().library(loader).isEmpty()) {
      return false;
    }
    for (Path library : mine.get().libraries()) {
      libraries.put(library.getFileName().toString(), library);
    }
    return true;
  }

  private boolean module(String name, Path module, TwinPackage own, Map<String, Path> libraries)
      throws IOException, InterruptedException {
    libraries.put(name, module);
    try {
      return needed(module, own, libraries);
    } catch (ElfException | NoSuchFileException e) {
      // As with programs.
      return false;
    }
  }

  /// Adds the libraries that `program` needs, and those that they need.
  private boolean needed(Path program, TwinPackage own, Map<String, Path> libraries)
      throws IOException, ElfException, InterruptedException {
    Deque<Path> todo = new ArrayDeque<>(List.of(program));
    todo.addAll(libraries.values());
    boolean complete = true;
    while (!todo.isEmpty()) {
      Libraries wanted = means.memory().needs(todo.pop()).libraries();
      if (wanted.searched()) {
        return false;
      }
      for (String name : wanted.needed()) {
        if (!libraries.containsKey(name)) {
          Optional<Path> library = library(name, own);
          if (library.isPresent()) {
            libraries.put(name, library.get());
            todo.push(library.get());
          } else {
            // Going on says at once what else is missing.
            complete = false;
          }
        }
      }
    }
    return complete;
  }

  private Optional<Path> library(String name, TwinPackage own)
      throws IOException, InterruptedException {
    Optional<Path> library = own.library(name);
    if (library.isEmpty()) {
      Optional<DpkgDatabase.Installed> theirs = ofGuest(guests.library(name));
      Optional<TwinPackage> mine = theirs.isPresent() ? find(theirs.get()) : Optional.empty();
      library = mine.flatMap(from -> from.library(name));
    }
    return library;
  }

  /// What is known of the guest's file, if it is still what its package says.
  private Optional<Memory.Known> unaltered(Path file, String digest) throws IOException {
    return means.memory().digest(file).filter(known -> known.md5().equals(digest));
  }

  private Optional<TwinPackage> find(DpkgDatabase.Installed theirs)
      throws IOException, InterruptedException {
    Optional<TwinPackage> mine = supply.find(theirs);
    if (mine.isEmpty()) {
      missing.add(theirs);
    }
    return mine;
  }

  /// Scripts are mostly of packages for all architectures.
  private Optional<DpkgDatabase.Installed> owner(Profile.Entry entry) {
    Optional<DpkgDatabase.Installed> installed = guests.find(entry.name());
    return entry.kind() == Identity.Kind.SCRIPT ? installed : ofGuest(installed);
  }

  private Optional<DpkgDatabase.Installed> ofGuest(Optional<DpkgDatabase.Installed> installed) {
    return installed.filter(one -> one.architecture().equals(identity.guest().debian()));
  }
}
