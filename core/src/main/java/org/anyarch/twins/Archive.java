package org.anyarch.twins;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.regex.Pattern;
import org.anyarch.kernel.Failures;
import org.anyarch.oci.Compression;
import org.anyarch.oci.Listing;

/// The archives that a root folder's packages come from, for this machine's architecture.
///
/// What is trusted is what the root's own apt trusts: it has checked the signature of the release
/// file that is among its lists, and that file has the digests of the indexes of all architectures,
/// which have those of the packages. So all that is fetched is compared with a digest, and nothing
/// is found by anyone but whose root said so.
final class Archive {
  private static final String LISTS = "/var/lib/apt/lists/";

  /// A version that ends so is that of a package of a cross compiler, which has the number of its
  /// own build behind it.
  static final String CROSS = "cross";

  /// What follows the version of the source.
  private static final Pattern BUILD = Pattern.compile("(\\+b\\d+)?");

  private static final Pattern CROSS_BUILD = Pattern.compile("\\d+(\\+b\\d+)?");
  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

  /// A package's file.
  ///
  /// @param sha256 in hexadecimal
  record Deb(URI uri, String sha256) {}

  /// @param archive that the paths in it start from
  record Index(URI archive, URI uri, String sha256) {}

  /// An archive cannot be asked, so no package that it may have can be had.
  static final class OutOfReachException extends IOException {
    private static final long serialVersionUID = 1;

    OutOfReachException(String what, IOException cause) {
      super(what + ": " + Failures.describe(cause), cause);
    }
  }

  private final TwinStore store;
  private final Twins.Web web;
  private final Path work;
  private final String architecture;
  private final ConcurrentMap<String, String> indexes = new ConcurrentHashMap<>();

  /// Asked again for each package, a server that does not answer would hold up every step.
  private final Map<URI, OutOfReachException> failures = new HashMap<>();

  private final ConcurrentMap<String, OutOfReachException> unreachable = new ConcurrentHashMap<>();

  /// @param work for what is being fetched
  /// @param architecture of this machine, as Debian calls it
  Archive(TwinStore store, Twins.Web web, Path work, String architecture) {
    this.store = store;
    this.web = web;
    this.work = work;
    this.architecture = architecture;
  }

  /// Finds this machine's package of that name, from that version of its source.
  Optional<Deb> find(List<Index> all, String name, String version)
      throws IOException, InterruptedException {
    Optional<OutOfReachException> failure = Optional.empty();
    for (Index index : all) {
      try {
        Optional<Deb> deb = find(index, text(index), name, version);
        if (deb.isPresent()) {
          return deb;
        }
      } catch (OutOfReachException e) {
        // Another archive may have it.
        failure = failure.or(() -> Optional.of(e));
      }
    }
    if (failure.isPresent()) {
      throw failure.get();
    }
    return Optional.empty();
  }

  /// As [#find], among those indexes that have been fetched already.
  Optional<Deb> findKept(List<Index> all, String name, String version) throws IOException {
    for (Index index : all) {
      Optional<String> text = kept(index);
      Optional<Deb> deb =
          text.isPresent() ? find(index, text.get(), name, version) : Optional.empty();
      if (deb.isPresent()) {
        return deb;
      }
    }
    return Optional.empty();
  }

  private static Optional<Deb> find(Index index, String text, String name, String version) {
    String begin = "\n" + name + " " + version;
    Pattern rest = version.endsWith(CROSS) ? CROSS_BUILD : BUILD;
    for (int at = text.indexOf(begin); at >= 0; at = text.indexOf(begin, at + 1)) {
      int end = at + begin.length();
      String[] words = text.substring(end, text.indexOf('\n', end)).split(" ", 3);
      if (rest.matcher(words[0]).matches()) {
        return Optional.of(new Deb(index.archive().resolve(words[2]), words[1]));
      }
    }
    return Optional.empty();
  }

  /// The package, from the store or the archive.
  TwinPackage get(Deb deb) throws IOException, InterruptedException {
    Optional<TwinPackage> kept = store.find(deb.sha256());
    if (kept.isPresent()) {
      return kept.get();
    }
    return store.make(
        deb.sha256(),
        place -> {
          String path = deb.uri().getPath();
          String what = path.substring(path.lastIndexOf('/') + 1);
          Path fetched = fetch(deb.uri(), deb.sha256());
          try {
            DebFile.unpack(fetched, what, new TwinPackage.Filler(place));
          } finally {
            delete(fetched);
          }
        });
  }

  private Path fetch(URI uri, String sha256) throws IOException, InterruptedException {
    String server = String.valueOf(uri.getAuthority());
    OutOfReachException known = unreachable.get(server);
    if (known != null) {
      throw known;
    }
    try {
      Room.require(work);
    } catch (IOException e) {
      throw new OutOfReachException("no native twins", e);
    }
    Path folder = Files.createTempDirectory(work, "fetch");
    try {
      return web.fetch(uri, sha256, folder);
    } catch (IOException e) {
      // What has come of it would fill the disk until the build ends.
      for (Path part : Listing.of(folder)) {
        Files.delete(part);
      }
      Files.delete(folder);
      if (e.getCause() instanceof ConnectException
          || e.getCause() instanceof HttpTimeoutException) {
        OutOfReachException failed = outOfReach(e);
        known = unreachable.putIfAbsent(server, failed);
        throw known == null ? failed : known;
      }
      throw e;
    }
  }

  private static OutOfReachException outOfReach(IOException cause) {
    return new OutOfReachException("no native twins from an archive", cause);
  }

  /// The indexes that the release files of a root's apt name now.
  List<Index> indexes(RootFiles root) throws IOException {
    List<Index> found = new ArrayList<>();
    for (AptSources.Source source : AptSources.of(root)) {
      Optional<String> release = root.read(LISTS + source.listName() + "InRelease");
      if (release.isEmpty()) {
        release = root.read(LISTS + source.listName() + "Release");
      }
      if (release.isPresent()) {
        addIndexes(source, release.get(), found);
      }
    }
    return found;
  }

  private void addIndexes(AptSources.Source source, String text, List<Index> found) {
    Map<String, String> release =
        Deb822.stanzas(text).stream()
            .filter(stanza -> stanza.containsKey("sha256"))
            .findFirst()
            .orElse(Map.of());
    boolean byHash = release.getOrDefault("acquire-by-hash", "no").equals("yes");
    for (String component : source.components()) {
      String folder = component + "/binary-" + architecture + "/";
      for (String line : (Iterable<String>) release.getOrDefault("sha256", "").lines()::iterator) {
        String[] words = line.strip().split("\\s+", -1);
        if (words.length == 3
            && words[2].equals(folder + "Packages.xz")
            && HEX.matcher(words[0]).matches()) {
          URI suite = source.archive().resolve("dists/" + source.suite() + "/");
          String path = byHash ? folder + "by-hash/SHA256/" + words[0] : words[2];
          found.add(new Index(source.archive(), suite.resolve(path), words[0]));
        }
      }
    }
  }

  private synchronized String text(Index index) throws IOException, InterruptedException {
    Optional<String> kept = kept(index);
    if (kept.isPresent()) {
      return kept.get();
    }
    OutOfReachException failed = failures.get(index.uri());
    if (failed != null) {
      throw failed;
    }
    try {
      return remember(index, make(index));
    } catch (IOException e) {
      failed = e instanceof OutOfReachException known ? known : outOfReach(e);
      if (!Thread.currentThread().isInterrupted()) {
        failures.put(index.uri(), failed);
      }
      throw failed;
    }
  }

  /// Lines of name, version, digest and path, with a line end before the first.
  private Optional<String> kept(Index index) throws IOException {
    String known = indexes.get(index.sha256());
    return known == null
        ? store.index(index.sha256()).map(text -> remember(index, text))
        : Optional.of(known);
  }

  private String remember(Index index, String text) {
    String lines = "\n" + text;
    indexes.put(index.sha256(), lines);
    return lines;
  }

  private String make(Index index) throws IOException, InterruptedException {
    Path fetched = fetch(index.uri(), index.sha256());
    try (InputStream in = Compression.decode(Files.newInputStream(fetched))) {
      String text = PackagesIndex.shortened(in, architecture);
      store.keepIndex(index.sha256(), text);
      return text;
    } finally {
      delete(fetched);
    }
  }

  /// With the folder that it was fetched into.
  private static void delete(Path fetched) throws IOException {
    Files.delete(fetched);
    Files.delete(fetched.resolveSibling(".").normalize());
  }
}
