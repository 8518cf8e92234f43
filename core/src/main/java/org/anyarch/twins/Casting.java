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

  /// @param program the twin, in the store
  record Part(FileState guest, String guestPath, Path program) {}

  /// @param libraries by the names they are needed by, the loader among them
  /// @param loader its name
  /// @param missing packages that would make it more
  record Cast(
      List<Part> parts,
      Map<String, Path> libraries,
      String loader,
      Set<DpkgDatabase.Installed> missing) {}

  private final Profile profile;
  private final RootFiles root;
  private final Memory memory;
  private final DpkgDatabase guests;
  private final Guest guest;
  private final Supply supply;
  private final Set<DpkgDatabase.Installed> missing = new LinkedHashSet<>();

  Casting(
      Profile profile,
      RootFiles root,
      Memory memory,
      DpkgDatabase guests,
      Guest guest,
      Supply supply) {
    this.profile = profile;
    this.root = root;
    this.memory = memory;
    this.guests = guests;
    this.guest = guest;
    this.supply = supply;
  }

  Cast cast() throws IOException, InterruptedException {
    List<Part> parts = new ArrayList<>();
    Map<String, Path> libraries = new TreeMap<>();
    String loader = "";
    for (Profile.Entry entry : profile.entries()) {
      Optional<DpkgDatabase.Installed> theirs = ofGuest(guests.find(entry.name()));
      if (theirs.isPresent()) {
        Map<String, String> digests = guests.digests(theirs.get());
        for (String program : entry.programs()) {
          for (String path : Profile.Entry.paths(program)) {
            String digest = digests.get(path);
            if (digest != null) {
              loader = add(theirs.get(), path, digest, parts, libraries).orElse(loader);
            }
          }
        }
      }
    }
    return new Cast(List.copyOf(parts), libraries, loader, missing);
  }

  /// Returns the name of the twin's loader, if there is a twin.
  private Optional<String> add(
      DpkgDatabase.Installed theirs,
      String path,
      String digest,
      List<Part> parts,
      Map<String, Path> libraries)
      throws IOException, InterruptedException {
    Optional<FileState> state = unaltered(path, digest);
    Optional<TwinPackage> mine = state.isPresent() ? find(theirs) : Optional.empty();
    if (state.isPresent() && mine.isEmpty()) {
      missLibraries(path);
    }
    Optional<Path> program = mine.isPresent() ? mine.get().program(path) : Optional.empty();
    if (program.isEmpty()) {
      return Optional.empty();
    }
    try {
      Optional<String> interpreter = memory.needs(program.get()).interpreter();
      if (interpreter.isEmpty()) {
        return Optional.empty();
      }
      Map<String, Path> needed = new TreeMap<>();
      String loader = Path.of(interpreter.get()).getFileName().toString();
      if (!cLibrary(loader, needed) || !needed(program.get(), mine.get(), needed)) {
        return Optional.empty();
      }
      libraries.putAll(needed);
      parts.add(new Part(state.orElseThrow(), path, program.get()));
      return Optional.of(loader);
    } catch (ElfException | NoSuchFileException e) {
      // Something odd, or removed from the store meanwhile: then it is emulated.
      return Optional.empty();
    }
  }

  /// A twin needs what the guest's program needs, so that can be asked for at the same time.
  private void missLibraries(String path) throws IOException, InterruptedException {
    Optional<Path> file = root.file(path);
    if (file.isPresent()) {
      try {
        for (String name : Libraries.of(file.get()).needed()) {
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

  /// Adds the libraries that `program` needs, and those that they need.
  private boolean needed(Path program, TwinPackage own, Map<String, Path> libraries)
      throws IOException, ElfException, InterruptedException {
    Deque<Path> todo = new ArrayDeque<>(List.of(program));
    todo.addAll(libraries.values());
    boolean complete = true;
    while (!todo.isEmpty()) {
      Libraries wanted = memory.needs(todo.pop()).libraries();
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

  /// What the guest's file is known by, if it is still what its package says.
  private Optional<FileState> unaltered(String path, String digest) throws IOException {
    Optional<Path> file = root.file(path);
    return file.isPresent()
        ? memory.digest(file.get()).filter(one -> one.md5().equals(digest)).map(Memory.Known::state)
        : Optional.empty();
  }

  private Optional<TwinPackage> find(DpkgDatabase.Installed theirs)
      throws IOException, InterruptedException {
    Optional<TwinPackage> mine = supply.find(theirs);
    if (mine.isEmpty()) {
      missing.add(theirs);
    }
    return mine;
  }

  private Optional<DpkgDatabase.Installed> ofGuest(Optional<DpkgDatabase.Installed> installed) {
    return installed.filter(one -> one.architecture().equals(guest.debian()));
  }
}
