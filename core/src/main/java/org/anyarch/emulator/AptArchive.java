package org.anyarch.emulator;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.anyarch.elf.ElfException;
import org.anyarch.elf.ElfFile;
import org.anyarch.kernel.Failures;

/// Fetches QEMU's emulators with the machine's own apt, from its configured sources, without root:
/// lists and packages go to a folder of ours. apt checks the index against the archive's signature
/// and the package against the index; the package is compared with the index once more before it is
/// unpacked.
final class AptArchive {
  /// The static emulators' package until 2024, and since.
  private static final List<String> PACKAGES = List.of("qemu-user-static", "qemu-user");

  private static final Pattern SHA256 = Pattern.compile("(?m)^SHA256: ([0-9a-f]{64})$");
  private static final Pattern VERSION = Pattern.compile("(?m)^Version: (\\S+)$");

  private final Path store;
  private final Consumer<String> notes;

  AptArchive(Path store, Consumer<String> notes) {
    this.store = store;
    this.notes = notes;
  }

  /// After this the store has a folder with the archive's static emulators. A second process at the
  /// same time waits and then finds the work done.
  void fetch() throws EmulatorException, IOException, InterruptedException {
    try (FileChannel lock = lockFile()) {
      lock.lock();
      removeAbandoned();
      Path work = Files.createTempDirectory(store, ".fetch-");
      try {
        fetch(work);
      } finally {
        delete(work);
      }
    }
  }

  private FileChannel lockFile() throws EmulatorException {
    try {
      Files.createDirectories(store);
      return FileChannel.open(
          store.resolve("fetch.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new EmulatorException(
          "cannot keep emulators in "
              + store
              + ": "
              + Failures.describe(e)
              + "; set ANYARCH_HOME to a folder that can be written, or "
              + Emulators.VARIABLE
              + " to a folder with static emulators",
          e);
    }
  }

  private void fetch(Path work) throws EmulatorException, IOException, InterruptedException {
    for (String folder : List.of("lists/partial", "cache/archives/partial", "download", "tree")) {
      Files.createDirectories(work.resolve(folder));
    }
    notes.accept("reading the package lists of the configured apt sources");
    must(
        work,
        "read the archive's package lists",
        apt(work, "apt-get", "update", "-qq", "-o", "APT::Update::Error-Mode=any"));
    for (String name : PACKAGES) {
      Optional<String> record = record(work, name);
      if (record.isEmpty()) {
        continue;
      }
      String version = field(VERSION, record.get(), name);
      String digest = field(SHA256, record.get(), name);
      Path target = store.resolve("sha256-" + digest);
      if (new FetchedPackage(target).isIntact()) {
        return;
      }
      notes.accept(
          "fetching "
              + name
              + " "
              + version
              + (Files.exists(target) ? ", since what was fetched before is damaged" : ""));
      must(
          work,
          "fetch the package " + name,
          apt(work, "apt-get", "download", "-qq", name + "=" + version));
      Path file = only(work.resolve("download"), name);
      if (!FetchedPackage.digest(file).equals(digest)) {
        throw new EmulatorException(
            "the fetched "
                + name
                + " "
                + version
                + " is not what the archive's signed index names (SHA-256 differs); try again");
      }
      must(
          work,
          "unpack the package " + name,
          List.of("dpkg-deb", "--extract", file.toString(), work.resolve("tree").toString()));
      Path emulators = Files.createDirectories(work.resolve("emulators"));
      if (keepStatic(work.resolve("tree"), emulators) > 0) {
        Files.writeString(
            emulators.resolve("SOURCE"),
            "package=" + name + "\nversion=" + version + "\nsha256=" + digest + "\n");
        FetchedPackage fetched = new FetchedPackage(emulators);
        fetched.seal();
        fetched.moveTo(target);
        return;
      }
      // Newer releases leave only links to the other package here.
      delete(emulators);
      delete(file);
    }
    throw new EmulatorException(
        "the configured apt sources have no static QEMU emulators (packages "
            + String.join(", ", PACKAGES)
            + "); add the distribution's main archive (on Ubuntu: universe)");
  }

  private static String field(Pattern pattern, String record, String name)
      throws EmulatorException {
    Matcher matcher = pattern.matcher(record);
    if (!matcher.find()) {
      throw new EmulatorException(
          "apt's record of the package " + name + " lacks a version or SHA-256");
    }
    return matcher.group(1);
  }

  /// The candidate's record in the signed index, if the archive has the package.
  private Optional<String> record(Path work, String name)
      throws EmulatorException, IOException, InterruptedException {
    Result result = run(work, apt(work, "apt-cache", "show", "--no-all-versions", name));
    return result.status() == 0 && result.text().contains("\nSHA256: ")
        ? Optional.of(result.text())
        : Optional.empty();
  }

  private static List<String> apt(Path work, String program, String verb, String... more) {
    List<String> command = new ArrayList<>(List.of(program, verb));
    for (String option :
        List.of(
            "Dir::State::Lists=" + work.resolve("lists"),
            "Dir::Cache=" + work.resolve("cache"),
            "APT::Sandbox::User=" + System.getProperty("user.name"),
            "APT::Get::AllowUnauthenticated=false",
            "Acquire::AllowInsecureRepositories=false",
            "Acquire::Languages=none")) {
      command.addAll(List.of("-o", option));
    }
    command.addAll(List.of(more));
    return command;
  }

  private record Result(int status, String text) {}

  private static Result run(Path work, List<String> command)
      throws EmulatorException, IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.directory(work.resolve("download").toFile());
    builder.environment().put("LC_ALL", "C.UTF-8");
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new EmulatorException(
          "no emulators on this machine and no "
              + command.getFirst()
              + " to fetch them with; install static QEMU emulators (Debian, Ubuntu, Fedora: qemu-user-static; Alpine:"
              + " qemu-aarch64 and others) or point "
              + Emulators.VARIABLE
              + " to a folder with them",
          e);
    }
    process.getOutputStream().close();
    try (InputStream output = process.getInputStream()) {
      String text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
      return new Result(process.waitFor(), text);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  private static void must(Path work, String what, List<String> command)
      throws EmulatorException, IOException, InterruptedException {
    Result result = run(work, command);
    if (result.status() != 0) {
      throw new EmulatorException(
          "cannot "
              + what
              + ": "
              + reason(result.text())
              + "; check the network and the apt sources, or point "
              + Emulators.VARIABLE
              + " to a folder with static emulators");
    }
  }

  /// The last thing that apt or dpkg-deb complained about, but for apt's summary of what it said.
  static String reason(String text) {
    return text.lines()
        .filter(l -> l.matches("(E:|W: Failed to fetch|dpkg-deb: error:?) .*"))
        .filter(l -> !l.contains("Some index files failed to download"))
        .reduce((_, l) -> l)
        .or(() -> text.lines().filter(l -> !l.isBlank()).reduce((_, l) -> l))
        .orElse("no message")
        .replaceFirst("^[EW]: ", "")
        .replaceAll("\\s+", " ")
        .replaceFirst("[.\\s]+$", "");
  }

  private static Path only(Path folder, String name) throws EmulatorException, IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.deb")) {
      for (Path file : files) {
        return file;
      }
    }
    throw new EmulatorException("apt-get download " + name + " left no package");
  }

  private static int keepStatic(Path tree, Path emulators) throws IOException {
    Path folder = tree.resolve("usr/bin");
    if (!Files.isDirectory(folder)) {
      return 0;
    }
    int kept = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "qemu-*")) {
      for (Path file : files) {
        if (isStatic(file)) {
          Path target = emulators.resolve(file.getFileName());
          Files.move(file, target);
          Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("r-xr-xr-x"));
          kept++;
        }
      }
    }
    return kept;
  }

  /// Packages have scripts and links beside the emulators; those are no ELF files and stay behind.
  private static boolean isStatic(Path file) throws IOException {
    if (Files.isSymbolicLink(file) || !Files.isRegularFile(file)) {
      return false;
    }
    try {
      return ElfFile.read(file).isStatic();
    } catch (ElfException notAProgram) {
      return false;
    }
  }

  /// What a killed fetch left; we hold the lock, so nobody is working in it.
  private void removeAbandoned() throws IOException {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(store, ".fetch-*")) {
      for (Path folder : folders) {
        delete(folder);
      }
    }
  }

  private static void delete(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    try (var walk = Files.walk(root)) {
      for (Path path : walk.sorted((a, b) -> b.getNameCount() - a.getNameCount()).toList()) {
        Files.delete(path);
      }
    }
  }
}
