package org.anyarch.emulator;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.anyarch.elf.ElfFile;
import org.anyarch.platform.Guest;
import org.anyarch.platform.Platform;
import org.jspecify.annotations.Nullable;

/// The emulators of this machine, best first: the folder that `ANYARCH_EMULATORS` names, those
/// fetched before, those installed. What is missing can be fetched.
public final class Emulators {
  /// A folder to look into before any other.
  public static final String VARIABLE = "ANYARCH_EMULATORS";

  private static final Pattern ANSWER = Pattern.compile("qemu-(\\S+) version (\\S+)");

  /// P's meaning of argv[0] is known to QEMU since 6.0.
  private static final int OLDEST_MAJOR = 6;

  private final Path store;
  private final List<Path> folders;
  private final Inspector inspector;
  private final Consumer<String> notes;
  private final Answers answers;
  private @Nullable Map<Path, Set<String>> packages;

  private Emulators(Path store, List<Path> folders, Inspector inspector, Consumer<String> notes) {
    this.store = store;
    this.folders = folders;
    this.inspector = inspector;
    this.notes = notes;
    // Of this machine: several may share the folder, and only what passed inspection was asked.
    this.answers = new Answers(store.resolve("answers." + inspector.host().qemu()));
  }

  /// @param store where fetched emulators are kept
  /// @param notes hears what takes longer than a moment, and why a file is passed over
  /// @throws EmulatorException if the variable names no folder, or this machine has no emulators
  public static Emulators of(Path store, Map<String, String> environment, Consumer<String> notes)
      throws EmulatorException {
    Set<Path> folders = new LinkedHashSet<>();
    String own = environment.getOrDefault(VARIABLE, "");
    if (!own.isEmpty()) {
      Path folder = Path.of(own).toAbsolutePath();
      if (!Files.isDirectory(folder)) {
        throw new EmulatorException(
            VARIABLE + " names " + own + ", which is no folder; name one with static emulators");
      }
      folders.add(folder);
    }
    folders.add(store);
    for (String folder : environment.getOrDefault("PATH", "").split(":", -1)) {
      if (folder.startsWith("/")) {
        folders.add(Path.of(folder));
      }
    }
    folders.addAll(
        List.of(
            Path.of("/usr/local/bin"), Path.of("/usr/bin"), Path.of("/usr/libexec/qemu-binfmt")));
    return new Emulators(store, List.copyOf(folders), new Inspector(Platform.host()), notes);
  }

  /// The emulator of a guest: found, or fetched when there is none.
  ///
  /// @throws EmulatorException if none can be had; names the files that were refused, and why
  public Emulator forGuest(Guest guest)
      throws EmulatorException, IOException, InterruptedException {
    try {
      List<Finding> found = search(guest, false);
      if (!usable(found)) {
        notes.accept("no usable emulator for " + guest.qemu() + " on this machine, fetching it");
        fetchInstead(found);
        found = search(guest, false);
      }
      if (!usable(found)) {
        throw new EmulatorException(
            "the fetched package has no usable emulator for "
                + guest.qemu()
                + refused(found)
                + "; install a newer QEMU or point "
                + VARIABLE
                + " to a folder that has qemu-"
                + guest.qemu());
      }
      for (Finding refused : found.subList(0, found.size() - 1)) {
        notes.accept("passed over: " + refused.objection());
      }
      return new Emulator(guest, found.getLast().path());
    } finally {
      answers.save();
    }
  }

  private void fetchInstead(List<Finding> refused)
      throws EmulatorException, IOException, InterruptedException {
    try {
      fetch();
    } catch (EmulatorException e) {
      throw new EmulatorException(e.getMessage() + refused(refused), e);
    }
  }

  private static boolean usable(List<Finding> findings) {
    return !findings.isEmpty() && findings.getLast().usable();
  }

  private static String refused(List<Finding> findings) {
    return findings.isEmpty()
        ? ""
        : findings.stream()
            .map(Finding::objection)
            .collect(Collectors.joining("; ", " (refused: ", ")"));
  }

  /// Every guest's best emulator, in the order of the table of guests. Files that are refused are
  /// passed over in silence, but for those that were fetched: these can be mended.
  public List<Emulator> available() throws IOException, InterruptedException {
    List<Emulator> emulators = new ArrayList<>();
    for (Guest guest : Guest.all()) {
      List<Finding> found = search(guest, false);
      if (usable(found)) {
        emulators.add(new Emulator(guest, found.getLast().path()));
      }
      found.stream()
          .filter(f -> !f.usable() && f.path().startsWith(store))
          .forEach(f -> notes.accept("passed over: " + f.objection()));
    }
    answers.save();
    return emulators;
  }

  /// A file that is called as an emulator is, and what became of it.
  ///
  /// @param version what it says its version is; empty if it is refused
  /// @param elf what its headers say, unless it is no ELF file
  /// @param objection why it is refused, with the remedy; empty if it is usable
  public record Finding(
      Guest guest, Path path, String version, Optional<ElfFile> elf, String objection) {
    public boolean usable() {
      return objection.isEmpty();
    }

    /// The machine that it runs on, as `uname -m` calls it; empty if that is not known.
    public String host() {
      return elf.flatMap(
              e ->
                  Guest.all().stream()
                      .filter(
                          g ->
                              g.machine() == e.machine()
                                  && g.elfClass() == e.elfClass()
                                  && g.data() == e.data())
                      .findFirst())
          .map(Guest::uname)
          .orElse("");
    }
  }

  /// For each guest the files that were looked at, the one that is used last.
  public List<Finding> survey() throws IOException, InterruptedException {
    List<Finding> findings = new ArrayList<>();
    for (Guest guest : Guest.all()) {
      findings.addAll(search(guest, true));
    }
    answers.save();
    return findings;
  }

  /// The files that could be the guest's emulator, up to the first that can be used.
  ///
  /// @param thorough whether to inspect also what was inspected before it was asked, to show it
  private List<Finding> search(Guest guest, boolean thorough)
      throws IOException, InterruptedException {
    List<Finding> findings = new ArrayList<>();
    Set<Path> seen = new HashSet<>();
    for (Path folder : folders) {
      for (Path file : candidates(folder, guest)) {
        if (!Files.exists(file)) {
          findings.add(
              refused(
                  guest,
                  file,
                  Optional.empty(),
                  file + " was fetched and is gone; get it back with anyarch emulator fetch"));
        } else if (seen.add(file.toRealPath())) {
          Finding finding = finding(guest, file, thorough);
          findings.add(finding);
          if (finding.usable()) {
            return findings;
          }
        }
      }
    }
    return findings;
  }

  /// A refused file keeps the name it was found by; one that is used is shown as the kernel's entry
  /// shows it.
  private Finding finding(Guest guest, Path file, boolean thorough)
      throws IOException, InterruptedException {
    Path real = file.toRealPath();
    Optional<String> known = answers.known(real);
    Inspector.Verdict verdict =
        thorough || known.isEmpty()
            ? inspector.inspect(file)
            : new Inspector.Verdict(Optional.empty(), Optional.empty());
    if (verdict.objection().isPresent()) {
      return refused(guest, file, verdict.elf(), verdict.objection().get());
    }
    try {
      String version = version(guest, file, known.isPresent() ? known.get() : answers.hear(real));
      return new Finding(guest, real, version, verdict.elf(), "");
    } catch (EmulatorException refused) {
      return refused(guest, file, verdict.elf(), String.valueOf(refused.getMessage()));
    }
  }

  private static Finding refused(Guest guest, Path file, Optional<ElfFile> elf, String objection) {
    return new Finding(guest, file, "", elf, objection);
  }

  private List<Path> candidates(Path folder, Guest guest) throws IOException {
    List<Path> candidates = new ArrayList<>();
    List<String> names = List.of("qemu-" + guest.qemu() + "-static", "qemu-" + guest.qemu());
    for (Path place : folder.equals(store) ? packages().keySet() : List.of(folder)) {
      Set<String> fetched = packages().getOrDefault(place, Set.of());
      for (String name : names) {
        if (fetched.contains(name) || Files.exists(place.resolve(name))) {
          candidates.add(place.resolve(name));
        }
      }
    }
    return candidates;
  }

  /// The folders of fetched packages with the names of what was fetched, the newest first.
  private Map<Path, Set<String>> packages() throws IOException {
    if (packages == null) {
      List<Path> found = new ArrayList<>();
      if (Files.isDirectory(store)) {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(store, "sha256-*")) {
          folders.forEach(found::add);
        }
      }
      found.sort((a, b) -> Long.compare(b.toFile().lastModified(), a.toFile().lastModified()));
      packages = new LinkedHashMap<>();
      for (Path folder : found) {
        packages.put(folder, new FetchedPackage(folder).names());
      }
    }
    return packages;
  }

  /// Fetches the distribution's emulators into the store, and mends those fetched before.
  public void fetch() throws EmulatorException, IOException, InterruptedException {
    packages = null;
    new AptArchive(store, notes).fetch();
  }

  /// The version of an emulator that was found here.
  public synchronized String version(Emulator emulator)
      throws EmulatorException, IOException, InterruptedException {
    Optional<String> known = answers.known(emulator.path());
    String answer = known.isPresent() ? known.get() : answers.hear(emulator.path());
    return version(emulator.guest(), emulator.path(), answer);
  }

  /// @throws EmulatorException if it does not say that it is the guest's emulator, or is too old
  private static String version(Guest guest, Path file, String answer) throws EmulatorException {
    Matcher matcher = ANSWER.matcher(answer);
    if (!matcher.matches()) {
      throw new EmulatorException(file + " does not say that it is an emulator of QEMU");
    }
    if (!matcher.group(1).equals(guest.qemu())) {
      throw new EmulatorException(
          file + " is the emulator of " + matcher.group(1) + ", as it says itself; rename it");
    }
    String version = matcher.group(2);
    String major = version.split("\\.", 2)[0];
    if (major.matches("\\d{1,4}") && Integer.parseInt(major) < OLDEST_MAJOR) {
      throw new EmulatorException(
          file
              + " is QEMU "
              + version
              + ", which takes the program's name for an argument; use 6.0 or newer");
    }
    return version;
  }
}
