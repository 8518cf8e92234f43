package org.anyarch.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What a command line of tonistiigi/binfmt (flags of Go: one or two dashes, `=` or a blank) or of
/// multiarch/qemu-user-static (`--reset` and options of qemu-binfmt-conf.sh) asks for.
///
/// @param install names of architectures, or `all`
/// @param uninstall names or patterns of entries
/// @param reset whether it is the latter's
/// @param credentials whether setuid programs get their rights
record DropInWords(
    List<String> install,
    List<String> uninstall,
    boolean reset,
    boolean credentials,
    boolean namespace,
    Optional<Path> hostRoot) {

  private static final Set<String> FIRST = Set.of("install", "uninstall", "reset", "mount");

  /// Options of qemu-binfmt-conf.sh that say where it finds its emulators; we have our own.
  private static final Set<String> IGNORED =
      Set.of("mount", "qemu-path", "Q", "qemu-suffix", "F", "preserve-argv0", "g");

  private static final Set<String> SWITCHES = Set.of("reset", "namespace");

  private static final Set<String> VALUES =
      Set.of("install", "uninstall", "host-root", "persistent", "p", "credential", "c");

  static boolean begins(String word) {
    return word.startsWith("-") && FIRST.contains(name(word));
  }

  private static String name(String word) {
    String bare = word.replaceFirst("^--?", "");
    int equals = bare.indexOf('=');
    return equals < 0 ? bare : bare.substring(0, equals);
  }

  static DropInWords parse(List<String> words) throws UsageException {
    List<String> install = new ArrayList<>();
    List<String> uninstall = new ArrayList<>();
    boolean reset = false;
    boolean namespace = false;
    String credentials = "";
    Optional<Path> hostRoot = Optional.empty();
    int i = 0;
    while (i < words.size()) {
      String word = words.get(i++);
      String name = name(word);
      if (!word.startsWith("-")
          || !(SWITCHES.contains(name) || VALUES.contains(name) || IGNORED.contains(name))) {
        throw new UsageException(
            "unknown word " + word + " beside --install, --uninstall and --reset");
      }
      String value = "";
      if (word.contains("=")) {
        value = word.substring(word.indexOf('=') + 1);
      } else if (!SWITCHES.contains(name)) {
        if (i == words.size()) {
          throw new UsageException(word + " needs a value");
        }
        value = words.get(i++);
      }
      switch (name) {
        case "install" -> install.addAll(List.of(value.split(",", -1)));
        case "uninstall" -> uninstall.addAll(List.of(value.split(",", -1)));
        case "reset" -> reset = true;
        case "namespace" -> namespace = true;
        case "host-root" -> hostRoot = Optional.of(Path.of(value).toAbsolutePath());
        case "c", "credential" -> credentials = value;
        default -> {
          // -p yes is flag F, which is always set here; the rest is about their own files.
        }
      }
    }
    if (reset) {
      uninstall.add("qemu-*");
      install.add("all");
    }
    return new DropInWords(
        List.copyOf(install),
        List.copyOf(uninstall),
        reset,
        reset ? credentials.equals("yes") : true,
        namespace,
        hostRoot);
  }
}
