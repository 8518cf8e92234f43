package org.anyarch.twins;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.anyarch.oci.Digest;

/// The folder of twins that containers see: for each set of programs and libraries one folder,
/// which is never altered once it is there. So a program that starts while a package is being
/// replaced finds a loader and libraries that fit each other.
///
/// - `NAME/bin/` programs, `NAME/lib/` all libraries they need
/// - `NAME/so/` plugins for some of the programs, and `NAME/plug/` the library by which these find
///   them there ([Plugins])
/// - `NAME/ld/` links to the loader by the programs' names, by which the kernel calls the processes
/// - `step/` is the mount point for what each step has of its own
///
/// No name in it is one that a step could look for: `find / -name` finds nothing here.
final class TwinFolder {
  private static final String PROGRAMS = "bin";
  private static final String LIBRARIES = "lib";
  private static final String LOADERS = "ld";
  private static final String PLUGINS = "so";
  private static final String FINDERS = "plug";

  private final Path folder;
  private final Map<String, Map<Path, TwinTable.Twin>> made = new HashMap<>();
  private int next;

  /// @param folder empty
  TwinFolder(Path folder) throws IOException {
    this.folder = folder;
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
    String key = Digest.ofSha256(all.toString().getBytes(StandardCharsets.UTF_8)).hex();
    Map<Path, TwinTable.Twin> twins = made.get(key);
    if (twins == null) {
      twins = make(cast, folder.resolve("g" + next++));
      made.put(key, twins);
    }
    return twins;
  }

  private static Map<Path, TwinTable.Twin> make(Casting.Cast cast, Path place) throws IOException {
    for (String part : new String[] {PROGRAMS, LIBRARIES, LOADERS}) {
      Files.createDirectories(place.resolve(part));
    }
    for (Map.Entry<String, Path> library : cast.libraries().entrySet()) {
      link(library.getValue(), place.resolve(LIBRARIES).resolve(library.getKey()));
    }
    String here = Twins.TARGET + "/" + place.getFileName() + "/";
    boolean findsPlugins = finders(cast, place, here + PLUGINS);
    Map<Path, TwinTable.Twin> twins = new HashMap<>();
    Set<String> loaders = new HashSet<>();
    for (Casting.Part part : cast.parts()) {
      boolean isPlugin = part.kind() == Identity.Kind.PLUGIN;
      if (!twins.containsKey(part.program()) && (!isPlugin || findsPlugins)) {
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
        twins.put(
            part.program(),
            new TwinTable.Twin(
                here + LOADERS + "/" + name,
                (isPlugin ? here + FINDERS + ":" : "") + here + LIBRARIES,
                here + PROGRAMS + "/" + number,
                part.kind(),
                part.more()));
      }
    }
    return twins;
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
