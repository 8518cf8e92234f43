package org.anyarch.twins;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.anyarch.oci.Digest;
import org.anyarch.platform.Guest;

/// The folder of twins that containers see: for each set of programs and libraries one folder,
/// which is never altered once it is there. So a program that starts while a package is being
/// replaced finds a loader and libraries that fit each other.
///
/// - `NAME/bin/` programs, `NAME/lib/` all libraries they need
/// - `NAME/so/` plugins for some of the programs, and `NAME/plug/` the library by which these find
///   them there ([Plugins])
/// - `NAME/ld/` links to the loader by the programs' names, by which the kernel calls the processes
/// - `NAME/gconv/` the C library's modules for conversions of texts ([Conversions])
/// - `NAME/m/` modules of perl by the paths of the guest's, `NAME/exe/` links by the programs'
///   names to what the guest calls them, `NAME/modules.so` the library that knows both
///   (`modules.c`)
/// - `step/` is the mount point for what each step has of its own
///
/// No name in it is one that a step could look for: `find / -name` finds nothing here.
final class TwinFolder {
  private static final String PROGRAMS = "bin";
  private static final String LIBRARIES = "lib";
  private static final String LOADERS = "ld";
  private static final String PLUGINS = "so";
  private static final String FINDERS = "plug";

  private static final String CONVERSIONS = "gconv";
  private static final String C_LIBRARY = "libc.so.6";
  private static final String MODULES = "m";
  private static final String GUESTS = "exe";
  private static final String PRELOADED = "modules.so";

  private final Path folder;
  private final Guest own;
  private final Path preloaded;
  private final Map<String, Map<Path, TwinTable.Twin>> made = new HashMap<>();
  private int next;

  /// @param folder empty
  /// @param own this machine
  /// @param preloaded the library that twins of interpreters are started with; where it is not
  ///   installed, there are none
  TwinFolder(Path folder, Guest own, Path preloaded) throws IOException {
    this.folder = folder;
    this.own = own;
    this.preloaded = preloaded;
    Files.createDirectories(folder.resolve("step"));
  }

  Path path() {
    return folder;
  }

  /// How the twins of a cast are started, by their programs' files in the store.
  synchronized Map<Path, TwinTable.Twin> show(Casting.Cast cast) throws IOException {
    StringBuilder all = new StringBuilder(cast.loader());
    cast.parts()
        .forEach(
            part ->
                all.append('\n')
                    .append(part.guestPath())
                    .append(part.program())
                    .append(part.more()));
    cast.libraries().forEach((name, file) -> all.append('\n').append(name).append(file));
    all.append(cast.conversions());
    cast.modules().forEach((path, file) -> all.append('\n').append(path).append(file));
    String key = Digest.ofSha256(all.toString().getBytes(StandardCharsets.UTF_8)).hex();
    Map<Path, TwinTable.Twin> twins = made.get(key);
    if (twins == null) {
      twins = make(cast, folder.resolve("g" + next++));
      made.put(key, twins);
    }
    return twins;
  }

  private Map<Path, TwinTable.Twin> make(Casting.Cast cast, Path place) throws IOException {
    for (String part : new String[] {PROGRAMS, LIBRARIES, LOADERS}) {
      Files.createDirectories(place.resolve(part));
    }
    String here = Twins.TARGET + "/" + place.getFileName() + "/";
    Optional<byte[]> converting = conversions(cast, place, here + CONVERSIONS);
    for (Map.Entry<String, Path> library : cast.libraries().entrySet()) {
      Path file = place.resolve(LIBRARIES).resolve(library.getKey());
      if (library.getKey().equals(C_LIBRARY) && converting.isPresent()) {
        Files.write(file, converting.get());
      } else {
        link(library.getValue(), file);
      }
    }
    boolean findsPlugins = finders(cast, place, here + PLUGINS);
    boolean findsModules = modules(cast, place);
    Map<Path, TwinTable.Twin> twins = new HashMap<>();
    Set<String> loaders = new HashSet<>();
    for (Casting.Part part : cast.parts()) {
      boolean isPlugin = part.kind() == Identity.Kind.PLUGIN;
      boolean isPerl = part.kind() == Identity.Kind.PERL;
      if (!twins.containsKey(part.program())
          && (!isPlugin || findsPlugins)
          && (!isPerl || findsModules)
          && part.kind() != Identity.Kind.SCRIPT) {
        String number = "p" + twins.size();
        String name = Path.of(part.guestPath()).getFileName().toString();
        link(part.program(), place.resolve(PROGRAMS).resolve(number));
        if (isPlugin) {
          link(part.program(), place.resolve(PLUGINS).resolve(name));
        }
        if (loaders.add(name)) {
          Files.createSymbolicLink(
              place.resolve(LOADERS).resolve(name), Path.of("..", LIBRARIES, cast.loader()));
        }
        List<String> more = new ArrayList<>(part.more());
        if (isPerl) {
          more.addFirst(here + PRELOADED);
          for (String called : List.of(name, number)) {
            Files.createSymbolicLink(
                place.resolve(GUESTS).resolve(called), Path.of(part.guestPath()));
          }
        }
        twins.put(
            part.program(),
            new TwinTable.Twin(
                here + LOADERS + "/" + name,
                (isPlugin ? here + FINDERS + ":" : "") + here + LIBRARIES,
                here + PROGRAMS + "/" + number,
                part.kind(),
                List.copyOf(more)));
      }
    }
    return twins;
  }

  /// The C library that finds its modules in that folder, which is filled with them.
  private Optional<byte[]> conversions(Casting.Cast cast, Path place, String folder)
      throws IOException {
    Path library = cast.libraries().get(C_LIBRARY);
    Optional<byte[]> converting =
        library == null
            ? Optional.empty()
            : Conversions.library(Files.readAllBytes(library), own, folder);
    if (converting.isPresent()) {
      Path here = Files.createDirectories(place.resolve(CONVERSIONS));
      for (Map.Entry<String, Path> module : cast.conversions().modules().entrySet()) {
        link(module.getValue(), here.resolve(module.getKey()));
      }
      Files.write(here.resolve(Conversions.TEXT), cast.conversions().bytes());
    }
    return converting;
  }

  /// Makes the libraries that find plugins in that folder.
  ///
  /// @return whether there are any
  private static boolean finders(Casting.Cast cast, Path place, String folder) throws IOException {
    boolean any = false;
    if (cast.parts().stream().anyMatch(part -> part.kind() == Identity.Kind.PLUGIN)) {
      Files.createDirectories(place.resolve(PLUGINS));
      Files.createDirectories(place.resolve(FINDERS));
      for (Map.Entry<String, Path> library : cast.libraries().entrySet()) {
        Optional<byte[]> finder =
            Plugins.isFinder(library.getKey())
                ? Plugins.in(folder, Files.readAllBytes(library.getValue()))
                : Optional.empty();
        if (finder.isPresent()) {
          Files.write(place.resolve(FINDERS).resolve(library.getKey()), finder.get());
          any = true;
        }
      }
    }
    return any;
  }

  /// @return whether a twin of perl can load them
  private boolean modules(Casting.Cast cast, Path place) throws IOException {
    if (!Files.exists(preloaded)
        || cast.parts().stream().noneMatch(part -> part.kind() == Identity.Kind.PERL)) {
      return false;
    }
    Files.createDirectories(place.resolve(GUESTS));
    Files.copy(preloaded, place.resolve(PRELOADED));
    for (Map.Entry<String, Path> module : cast.modules().entrySet()) {
      Path file = place.resolve(MODULES).resolve(module.getKey().substring(1)).normalize();
      if (!file.startsWith(place.resolve(MODULES))) {
        return false;
      }
      Files.createDirectories(file.resolveSibling("."));
      link(module.getValue(), file);
    }
    return true;
  }

  private static void link(Path file, Path as) throws IOException {
    try {
      Files.createLink(as, file);
    } catch (NoSuchFileException e) {
      throw e;
    } catch (FileSystemException e) {
      // Another file system, or as many links as it allows.
      Files.copy(file, as);
    }
  }
}
