package org.anyarch.twins;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.anyarch.oci.Digest;

/// This machine's packages that are at hand for one root folder's: from the same image for this
/// machine's platform, and those that were fetched.
final class Supply {
  private final TwinStore store;
  private final Optional<Twins.Source> sibling;
  private final String architecture;
  private final Map<String, Archive.Deb> debs;
  private final Map<String, TwinPackage> found = new HashMap<>();
  private final Set<String> notInSibling = new HashSet<>();

  /// @param architecture of this machine, as Debian calls it
  /// @param debs those that are known, by [#key]
  Supply(
      TwinStore store,
      Optional<Twins.Source> sibling,
      String architecture,
      Map<String, Archive.Deb> debs) {
    this.store = store;
    this.sibling = sibling;
    this.architecture = architecture;
    this.debs = debs;
  }

  /// What a package is known by: the source that it was built from.
  static String key(DpkgDatabase.Installed installed) {
    return installed.name() + " " + installed.sourceVersion();
  }

  /// Looks again at what is kept: something of it is gone.
  void forget() {
    found.clear();
  }

  /// The same package for this machine, if nothing has to be fetched for it.
  Optional<TwinPackage> find(DpkgDatabase.Installed guests)
      throws IOException, InterruptedException {
    String key = key(guests);
    TwinPackage known = found.get(key);
    if (known == null) {
      Optional<TwinPackage> one = fromSibling(guests);
      Archive.Deb deb = debs.get(key);
      if (one.isEmpty() && deb != null) {
        one = store.find(deb.sha256());
      }
      one.ifPresent(here -> found.put(key, here));
      return one;
    }
    return Optional.of(known);
  }

  private Optional<TwinPackage> fromSibling(DpkgDatabase.Installed guests)
      throws IOException, InterruptedException {
    if (sibling.isEmpty() || notInSibling.contains(key(guests))) {
      return Optional.empty();
    }
    String origin = "image " + sibling.get().name() + " " + key(guests);
    String name = Digest.ofSha256(origin.getBytes(StandardCharsets.UTF_8)).hex();
    Optional<TwinPackage> kept = store.find(name);
    if (kept.isPresent()) {
      return kept;
    }
    try (Twins.Source.Opened opened = sibling.get().open()) {
      RootFiles files = new RootFiles(opened.root());
      Optional<DpkgDatabase> database = DpkgDatabase.of(files);
      Optional<DpkgDatabase.Installed> mine =
          database
              .flatMap(installed -> installed.find(guests.name()))
              .filter(one -> one.sourceVersion().equals(guests.sourceVersion()))
              .filter(one -> one.architecture().equals(architecture));
      if (mine.isPresent()) {
        Map<String, String> digests = database.orElseThrow().digests(mine.get());
        return Optional.of(store.make(name, place -> copy(files, digests, key(guests), place)));
      }
    }
    notInSibling.add(key(guests));
    return Optional.empty();
  }

  /// Takes what is still as it was when the package was installed.
  private static void copy(RootFiles root, Map<String, String> digests, String what, Path place)
      throws IOException {
    TwinPackage.Filler filler = new TwinPackage.Filler(place);
    for (Map.Entry<String, String> entry : digests.entrySet()) {
      Optional<Path> file = root.file(entry.getKey());
      if (file.isPresent()) {
        try (InputStream in = Files.newInputStream(file.get())) {
          Optional<Path> taken = filler.add(entry.getKey(), in);
          if (taken.isPresent() && !Md5.of(taken.get()).equals(entry.getValue())) {
            Files.delete(taken.get());
          }
        }
      }
    }
    filler.finish(what + " of a base image");
  }
}
