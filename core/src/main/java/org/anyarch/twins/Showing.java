package org.anyarch.twins;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.anyarch.kernel.Failures;
import org.anyarch.platform.Guest;
import org.jspecify.annotations.Nullable;

/// Twins as one container sees them. While it runs, what is installed in it is followed: the table
/// is replaced by a longer one as soon as packages for this machine are there.
public final class Showing implements AutoCloseable {
  private static final String TABLE = "table";
  private static final String LISTS = "/var/lib/apt/lists";
  private static final String ARCHIVES = "/var/cache/apt/archives";
  private static final String PACKAGES = "/var/lib/dpkg/info";
  private static final List<String> FOLLOWED = List.of("/var/lib/dpkg", LISTS, ARCHIVES);

  /// Name, version and architecture in the name that apt gives a package's file.
  private static final Pattern DEB = Pattern.compile("([^_]+)_([^_]+)_([^_]+)\\.deb");

  /// What a session has for all its steps.
  ///
  /// @param own this machine
  /// @param profile of all modes
  record Means(
      Guest own,
      Profile profile,
      Mode mode,
      Bans bans,
      Memory memory,
      Likenesses likenesses,
      TwinStore store,
      TwinFolder folder,
      Archive archive,
      Threads threads,
      Watches watches,
      Patience patience,
      Consumer<String> notes) {}

  /// What is done beside the steps. What is looked up in an index, a step waits for; so it does not
  /// stand behind packages that are being fetched.
  record Threads(ExecutorService lookUps, ExecutorService fetches) {}

  /// Watches folders; the kernel may refuse that.
  interface Watches {
    WatchService open() throws IOException;
  }

  /// A package that an archive was asked for.
  ///
  /// @param found complete when it is known where it is, or that it is nowhere
  /// @param here complete when it is in the store, or will not be
  private record Asked(CompletableFuture<Void> found, CompletableFuture<Void> here) {
    Asked() {
      this(new CompletableFuture<>(), new CompletableFuture<>());
    }

    void end() {
      found.complete(null);
      here.complete(null);
    }
  }

  private final Twins.Root root;
  private final RootFiles files;
  private final Means means;
  private final Profile profile;
  private final Path own;
  private final ConcurrentMap<String, Archive.Deb> debs;
  private final Supply supply;
  private final ConcurrentMap<String, Asked> asked = new ConcurrentHashMap<>();
  private final Set<String> absent = ConcurrentHashMap.newKeySet();
  private volatile Optional<Follower> follower = Optional.empty();
  private Optional<DpkgDatabase> database = Optional.empty();
  private volatile List<Archive.Index> indexes = List.of();
  private Map<FileState, TwinTable.Twin> shown = Map.of();
  private volatile boolean substituted;

  /// @param own an empty folder
  Showing(Twins.Root root, Means means, Path own) {
    this.root = root;
    this.files = new RootFiles(root.path());
    this.means = means;
    this.profile = means.profile().of(root.guest(), means.mode());
    this.own = own;
    this.debs = new ConcurrentHashMap<>(root.known().debs());
    this.supply = new Supply(means.store(), root.sibling(), means.own().debian(), debs);
  }

  void begin() throws IOException, InterruptedException {
    indexes = means.archive().indexes(files);
    if (root.online()) {
      // Before anything is asked for, so that what comes at once is noticed.
      follow();
    }
    look();
    // What a package's twins need may be known only when it is there.
    int before = 0;
    while (asked.size() != before && means.patience().awaits(all(Asked::here))) {
      before = asked.size();
      look();
    }
  }

  private void look() throws IOException, InterruptedException {
    try {
      refresh();
    } catch (NoSuchFileException e) {
      follower.ifPresent(Follower::wake);
    }
  }

  private void follow() {
    Consumer<IOException> failed =
        e -> means.notes().accept("native twins: " + Failures.describe(e));
    try {
      follower = Follower.of(files, FOLLOWED, means.watches().open(), this::changed, failed);
    } catch (IOException e) {
      // The kernel gives a user few instances of inotify. It costs time, not the step.
      failed.accept(e);
    }
  }

  private List<CompletableFuture<Void>> all(Function<Asked, CompletableFuture<Void>> what) {
    return asked.values().stream().map(what).toList();
  }

  public Guest guest() {
    return root.guest();
  }

  /// To be shown at [Twins#TARGET].
  public Path folder() {
    return means.folder().path();
  }

  /// To be shown at [Twins#OWN_TARGET].
  public Path own() {
    return own;
  }

  /// Where the packages come from that were found for this root.
  public Origins origins() {
    return new Origins(debs);
  }

  /// The twins of the programs that are noted as native.
  public synchronized List<UsedTwin> used(Execs execs) throws IOException, InterruptedException {
    List<UsedTwin> used =
        execs.nativeCount() > 0
            ? UsedTwin.of(root.path(), folder(), own.resolve(TABLE), execs)
            : List.of();
    List<UsedTwin> named = new ArrayList<>();
    for (UsedTwin twin : used) {
      named.add(profile.isSubstituted(twin.program()) ? twin.of(substitute(twin)) : twin);
    }
    return List.copyOf(named);
  }

  /// What the twin's package is called, which is not that of the program.
  private String substitute(UsedTwin twin) throws IOException, InterruptedException {
    DpkgDatabase.Installed wanted =
        profile.twinOf(
            new DpkgDatabase.Installed(twin.name(), twin.version(), root.guest().debian()));
    Optional<TwinPackage> mine = supply.find(wanted);
    return mine.isPresent() ? mine.get().what() : Supply.key(wanted);
  }

  /// Whether a twin that is compatible only was there for the container, be it started or not: a
  /// program that was removed again is not among those that are known to have been.
  public boolean isSubstituted() {
    return substituted;
  }

  /// With the reasons why programs were emulated.
  public Execs explained(Execs execs) throws IOException, InterruptedException {
    boolean hasSource = root.sibling().isPresent() || !indexes.isEmpty() || !debs.isEmpty();
    return new Remedies(root, means, hasSource, supply).of(execs);
  }

  /// Stops following, and waits a little for what has been asked of an archive's index: to be
  /// called behind the container's end, before [#origins].
  public void settle() throws IOException {
    close();
    if (!means.patience().awaits(all(Asked::found))) {
      means.notes().accept("the archive's index is not there yet: later steps have fewer twins");
    }
  }

  /// Stops following.
  @Override
  public void close() throws IOException {
    if (follower.isPresent()) {
      follower.get().close();
    }
  }

  private void changed(String folder, Set<String> names) throws IOException, InterruptedException {
    if (folder.equals(LISTS)) {
      absent.clear();
      indexes = means.archive().indexes(files);
    }
    if (folder.equals(ARCHIVES)) {
      for (String name : names) {
        Matcher deb = DEB.matcher(name);
        if (deb.matches()
            && deb.group(3).equals(root.guest().debian())
            && profile.names(deb.group(1))) {
          ask(
              profile.twinOf(
                  new DpkgDatabase.Installed(
                      deb.group(1), deb.group(2).replace("%3a", ":"), deb.group(3))));
        }
      }
    } else {
      refresh();
    }
  }

  private synchronized void refresh() throws IOException, InterruptedException {
    // Before what is installed is read, so that what changes meanwhile is seen.
    Optional<FileState> packages = packages();
    Optional<DpkgDatabase> now = DpkgDatabase.of(files);
    if (now.isEmpty()) {
      show(Map.of());
      return;
    }
    boolean same = database.isPresent() && database.get().identity().equals(now.get().identity());
    if (!same) {
      database = now;
    }
    Casting.Cast cast;
    Map<Path, TwinTable.Twin> twins;
    try {
      cast = cast();
      while (findKept(cast.missing())) {
        cast = cast();
      }
      twins = cast.parts().isEmpty() ? Map.of() : means.folder().show(cast);
    } catch (NoSuchFileException e) {
      // Somebody has just removed it from the store; the next look finds another or none.
      supply.forget();
      show(Map.of());
      throw e;
    }
    Map<FileState, TwinTable.Twin> table = new LinkedHashMap<>();
    for (Casting.Part part : cast.parts()) {
      TwinTable.Twin twin = twins.get(part.program());
      if (twin != null) {
        table.put(part.guest(), part.kind() == Identity.Kind.SCRIPT ? twin.as(part.kind()) : twin);
        if (part.kind() == Identity.Kind.PERL) {
          packages.ifPresent(folder -> table.put(folder, twin.as(Identity.Kind.PACKAGES)));
        }
        substituted |= profile.isSubstituted(part.guestPath());
      }
    }
    show(table);
    if (root.online()) {
      for (DpkgDatabase.Installed missing : cast.missing()) {
        ask(missing);
      }
    } else if (table.isEmpty() && !cast.missing().isEmpty() && !indexes.isEmpty()) {
      means
          .notes()
          .accept("no native twins: nothing is fetched for what lacks this machine's network");
    }
  }

  private Optional<FileState> packages() throws IOException {
    Optional<Path> folder = files.folder(PACKAGES);
    return folder.isPresent() ? Optional.of(FileState.of(folder.get())) : Optional.empty();
  }

  private Casting.Cast cast() throws IOException, InterruptedException {
    return new Casting(means, profile, files, database.orElseThrow(), root.guest(), supply).cast();
  }

  /// Whether some of the packages are at hand after all: other builds may have fetched them.
  private boolean findKept(Set<DpkgDatabase.Installed> missing) throws IOException {
    boolean any = false;
    for (DpkgDatabase.Installed guests : missing) {
      String key = Supply.key(guests);
      if (!debs.containsKey(key)) {
        Optional<Archive.Deb> deb =
            means.archive().findKept(indexes, guests.name(), guests.sourceVersion());
        if (deb.isPresent() && means.store().find(deb.get().sha256()).isPresent()) {
          debs.put(key, deb.get());
          any = true;
        }
      }
    }
    return any;
  }

  private void show(Map<FileState, TwinTable.Twin> twins) throws IOException {
    Path file = own.resolve(TABLE);
    if (!twins.equals(shown) || !Files.exists(file)) {
      TwinTable table = new TwinTable(root.guest().data() != means.own().data());
      twins.forEach(table::add);
      Path fresh = own.resolve("." + TABLE);
      Files.write(fresh, table.bytes());
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
      shown = twins;
    }
  }

  /// Asks the archive for a package, unless that has been done.
  private void ask(DpkgDatabase.Installed guests) {
    String key = Supply.key(guests);
    Archive.Deb known = debs.get(key);
    List<Archive.Index> now = indexes;
    if (asked.containsKey(key) || absent.contains(key) || (known == null && now.isEmpty())) {
      return;
    }
    Asked question = new Asked();
    asked.put(key, question);
    if (!start(
        means.threads().lookUps(),
        guests.name(),
        () -> lookUp(question, key, known, now, guests))) {
      question.end();
    }
  }

  private void lookUp(
      Asked question,
      String key,
      Archive.@Nullable Deb known,
      List<Archive.Index> now,
      DpkgDatabase.Installed guests)
      throws IOException, InterruptedException {
    boolean comes = false;
    try {
      Optional<Archive.Deb> deb =
          known == null
              ? means.archive().find(now, guests.name(), guests.sourceVersion())
              : Optional.of(known);
      if (deb.isEmpty()) {
        absent.add(key);
        asked.remove(key);
      } else {
        debs.put(key, deb.get());
        comes = start(means.threads().fetches(), guests.name(), () -> fetch(question, deb.get()));
      }
    } finally {
      question.found().complete(null);
      if (!comes) {
        question.end();
      }
    }
  }

  private void fetch(Asked question, Archive.Deb deb) throws IOException, InterruptedException {
    try {
      means.archive().get(deb);
    } finally {
      question.end();
    }
    follower.ifPresent(Follower::wake);
  }

  private interface Task {
    void run() throws IOException, InterruptedException;
  }

  /// @param name of the package that it is for
  /// @return whether it will be done; not if the build ends
  private boolean start(ExecutorService threads, String name, Task task) {
    try {
      threads.execute(
          () -> {
            try {
              task.run();
            } catch (InterruptedException | ClosedByInterruptException e) {
              // The build ends.
              Thread.currentThread().interrupt();
            } catch (Archive.OutOfReachException e) {
              if (!threads.isShutdown()) {
                means.notes().accept(String.valueOf(e.getMessage()));
              }
            } catch (IOException e) {
              if (!threads.isShutdown()) {
                means
                    .notes()
                    .accept("no native twins of the package " + name + ": " + Failures.describe(e));
              }
            }
          });
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }
}
