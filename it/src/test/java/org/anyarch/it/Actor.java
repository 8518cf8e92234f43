package org.anyarch.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Who runs anyarch: root, or an ordinary user with subordinate ids that the test run made. Each
/// has a work folder and an anyarch home of its own.
///
/// @param user the login name; `root` for root
/// @param folder a folder that belongs to the user
record Actor(String user, Path folder) {

  boolean isRoot() {
    return user.equals("root");
  }

  /// `anyarch WORDS…` in this actor's folder.
  Outcome anyarch(String... words) throws IOException, InterruptedException {
    return anyarch(Map.of(), "", words);
  }

  Outcome anyarch(Map<String, String> environment, String input, String... words)
      throws IOException, InterruptedException {
    return Processes.run(folder, environment(environment), input, command(environment, words));
  }

  /// The command line that starts anyarch as this actor.
  List<String> command(Map<String, String> environment, String... words) {
    List<String> command = new ArrayList<>(List.of(Machine.anyarch().toString()));
    command.addAll(List.of(words));
    return as(environment, command);
  }

  /// The command line that starts any program as this actor.
  List<String> as(Map<String, String> environment, List<String> program) {
    List<String> command = new ArrayList<>();
    if (!isRoot()) {
      // Keeps one process: signals to it are signals to the program.
      command.addAll(
          List.of("setpriv", "--reuid=" + user, "--regid=" + user, "--clear-groups", "env"));
      environment(environment).forEach((name, value) -> command.add(name + "=" + value));
    }
    command.addAll(program);
    return command;
  }

  Map<String, String> environment(Map<String, String> more) {
    Map<String, String> environment = new HashMap<>();
    environment.put("HOME", folder.toString());
    environment.put("ANYARCH_HOME", home().toString());
    environment.put("ANYARCH_EMULATORS", Machine.emulators().toString());
    environment.put("USER", user);
    environment.putAll(more);
    return environment;
  }

  Path home() {
    return folder.resolve("home");
  }

  /// What is left in a folder of anyarch's home, locks and guards aside; nothing where no home was
  /// made.
  List<String> left(String folder) throws IOException {
    if (!Files.exists(home())) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(home().resolve(folder))) {
      return entries.map(p -> p.getFileName().toString()).filter(n -> !n.equals("guard")).toList();
    }
  }

  /// Writes a file of this actor's.
  Path write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    give(folder);
    return file;
  }

  void give(Path path) {
    if (!isRoot()) {
      Processes.must(Path.of("/"), "chown", "-hR", user + ":" + user, path.toString());
    }
  }

  @Override
  public String toString() {
    return isRoot() ? "root" : "an ordinary user";
  }
}
