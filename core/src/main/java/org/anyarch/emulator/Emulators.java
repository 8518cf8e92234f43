package org.anyarch.emulator;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.anyarch.elf.ElfFile;
import org.anyarch.platform.Guest;
import org.anyarch.platform.Platform;

/// The emulators of this machine, best first: the folder that `ANYARCH_EMULATORS` names, those
/// fetched before, those installed. What is missing can be fetched.
public final class Emulators {
  /// A folder to look into before any other.
  public static final String VARIABLE = "ANYARCH_EMULATORS";

  private static final Pattern VERSION = Pattern.compile("qemu-\\S+ version (\\S+)");

  /// P's meaning of argv[0] is known to QEMU since 6.0.
  private static final int OLDEST_MAJOR = 6;

  private static final int VERSION_SECONDS = 10;

  private final Path store;
  private final List<Path> folders;
  private final Inspector inspector;
  private final Consumer<String> notes;

  private Emulators(Path store, List<Path> folders, Inspector inspector, Consumer<String> notes) {
    this.store = store;
    this.folders = folders;
    this.inspector = inspector;
    this.notes = notes;
  }

  /// @param store where fetched emulators are kept
  /// @param notes hears what takes longer than a moment, and why a file is passed over
  public static Emulators of(Path store, Map<String, String> environment, Consumer<String> notes)
      throws EmulatorException {
    Set<Path> folders = new LinkedHashSet<>();
    String own = environment.getOrDefault(VARIABLE, "");
    if (!own.isEmpty()) {
      folders.add(Path.of(own).toAbsolutePath());
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
  public Emulator forGuest(Guest guest)
      throws EmulatorException, IOException, InterruptedException {
    Optional<Emulator> found = find(guest);
    if (found.isPresent()) {
      return found.get();
    }
    notes.accept("no emulator for " + guest.qemu() + " on this machine, fetching it");
    fetch();
    return find(guest)
        .orElseThrow(
            () ->
                new EmulatorException(
                    "the fetched package has no emulator for "
                        + guest.qemu()
                        + "; install a newer QEMU or point "
                        + VARIABLE
                        + " to a folder that has qemu-"
                        + guest.qemu()));
  }

  /// Every guest's best emulator, in the order of the table of guests.
  public List<Emulator> available() throws IOException {
    List<Emulator> emulators = new ArrayList<>();
    for (Guest guest : Guest.all()) {
      find(guest).ifPresent(emulators::add);
    }
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

  /// For each guest the files that were looked at, the one that is used last. Each usable one is
  /// started to hear its version.
  public List<Finding> survey() throws IOException, InterruptedException {
    List<Finding> findings = new ArrayList<>();
    for (Guest guest : Guest.all()) {
      Set<Path> seen = new LinkedHashSet<>();
      boolean found = false;
      for (Path folder : folders) {
        for (Path file : candidates(folder, guest)) {
          if (!found && seen.add(file.toRealPath())) {
            Finding finding = finding(guest, file.toRealPath());
            findings.add(finding);
            found = finding.usable();
          }
        }
      }
    }
    return findings;
  }

  private Finding finding(Guest guest, Path file) throws IOException, InterruptedException {
    Inspector.Verdict verdict = inspector.inspect(file);
    if (verdict.objection().isPresent()) {
      return new Finding(guest, file, "", verdict.elf(), verdict.objection().get());
    }
    try {
      return new Finding(guest, file, version(new Emulator(guest, file)), verdict.elf(), "");
    } catch (EmulatorException refused) {
      return new Finding(guest, file, "", verdict.elf(), String.valueOf(refused.getMessage()));
    }
  }

  private Optional<Emulator> find(Guest guest) throws IOException {
    for (Path folder : folders) {
      for (Path file : candidates(folder, guest)) {
        Optional<String> objection = inspector.inspect(file).objection();
        if (objection.isEmpty()) {
          // The real path: the kernel opens it once, but the entry shows it to people.
          return Optional.of(new Emulator(guest, file.toRealPath()));
        }
        notes.accept("passed over: " + objection.get());
      }
    }
    return Optional.empty();
  }

  private List<Path> candidates(Path folder, Guest guest) throws IOException {
    List<Path> candidates = new ArrayList<>();
    List<Path> places = folder.equals(store) ? packages() : List.of(folder);
    for (Path place : places) {
      for (String name : List.of("qemu-" + guest.qemu() + "-static", "qemu-" + guest.qemu())) {
        if (Files.exists(place.resolve(name))) {
          candidates.add(place.resolve(name));
        }
      }
    }
    return candidates;
  }

  /// The folders of fetched packages, the newest first.
  private List<Path> packages() throws IOException {
    if (!Files.isDirectory(store)) {
      return List.of();
    }
    List<Path> packages = new ArrayList<>();
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(store, "sha256-*")) {
      folders.forEach(packages::add);
    }
    List<Path> newest = new ArrayList<>();
    packages.stream()
        .sorted((a, b) -> Long.compare(b.toFile().lastModified(), a.toFile().lastModified()))
        .forEach(newest::add);
    return newest;
  }

  /// Fetches the distribution's emulators into the store.
  public void fetch() throws EmulatorException, IOException, InterruptedException {
    new AptArchive(store, notes).fetch();
  }

  /// What the emulator says its version is.
  ///
  /// @throws EmulatorException if it does not start, says none, or is too old to be used
  public String version(Emulator emulator)
      throws EmulatorException, IOException, InterruptedException {
    Process process =
        new ProcessBuilder(emulator.path().toString(), "--version")
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    if (!process.waitFor(VERSION_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new EmulatorException(
          emulator.path() + " --version does not end; it is no emulator of QEMU");
    }
    String text = new String(process.getInputStream().readNBytes(4096), StandardCharsets.UTF_8);
    Matcher matcher = VERSION.matcher(text);
    if (!matcher.find()) {
      throw new EmulatorException(emulator.path() + " does not say that it is an emulator of QEMU");
    }
    String version = matcher.group(1);
    String major = version.split("\\.", 2)[0];
    if (major.matches("\\d{1,4}") && Integer.parseInt(major) < OLDEST_MAJOR) {
      throw new EmulatorException(
          emulator.path()
              + " is QEMU "
              + version
              + ", which takes the program's name for an argument; use 6.0 or newer");
    }
    return version;
  }
}
