package org.anyarch.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.anyarch.binfmt.Flags;
import org.anyarch.binfmt.RuleException;
import org.anyarch.host.Existing;
import org.anyarch.host.Grounds;
import org.anyarch.host.HelperVerification;
import org.anyarch.host.HostException;
import org.anyarch.host.Request;
import org.anyarch.host.Standpoint;
import org.anyarch.host.Verification;
import org.anyarch.host.Verifier;
import org.anyarch.platform.Guest;

/// The options of `anyarch host`, and which verb takes which.
final class HostOptions {
  static final Option DRY_RUN = Option.flag("dry-run", "say what would be done and do nothing");
  static final Option REQUIRE =
      Option.of("require", "LIST", "fail only if one of these platforms does not work afterwards");
  static final Option EXISTING =
      Option.of(
          "existing", "keep|replace|fail", "what to do with handlers of others (default: keep)");
  static final Option FLAGS = Option.of("flags", "FLAGS", "flags of the handlers (default: POCF)");
  static final Option NAMESPACE =
      Option.flag(
          "namespace", "serve the user namespace this runs in, if it is not the machine's first");
  static final Option HOST_ROOT =
      Option.of("host-root", "DIR", "where the host's root folder is mounted in this container");
  static final Option FOLDER =
      Option.of(
          "folder", "DIR", "the host's folder for emulators and state (default: /var/lib/anyarch)");
  static final Option KEEP =
      Option.flag("keep", "stay and hold the handlers, as the verb keep does");
  static final Option LEASE =
      Option.of("lease", "NAME", "who needs the handlers; others' uninstall leaves them");
  static final Option FOREIGN = Option.flag("foreign", "also remove what others registered");
  static final Option FORCE =
      Option.flag("force", "also remove what others hold a lease on, and the lease");
  static final Option VERSIONS =
      Option.flag("versions", "ask each emulator that is really loaded for its version");
  static final Option INTERVAL =
      Option.of("interval", "SECONDS", "how often keep looks after the handlers (default: 5)");
  static final Option STATUS_FILE =
      Option.of("status-file", "FILE", "where keep says how it is (default: /run/anyarch/keep)");
  static final Option READY =
      Option.flag("ready", "exit with 0 if a keep is at work and all its handlers are there");
  static final Option LIVE = Option.flag("live", "exit with 0 if a keep is at work");

  static final Option PERSIST =
      Option.flag("persist", "also write the host's files that bring the handlers back at boot");
  static final Option OUTPUT =
      Option.of("output", "DIR", "write the files below this folder instead of showing them")
          .letter('o');
  static final Option IMAGE =
      Option.of("image", "REF", "the container image with anyarch that the files are to start");
  static final Option POLICY =
      Option.of(
          "policy",
          "container-selinux|bottlerocket",
          "whose type names the SELinux module uses (default: container-selinux)");
  static final Option BOOTSTRAP_COMMAND =
      Option.flag("bootstrap-command", "for Bottlerocket 1.47.0 and newer, which take a command");

  static final List<Option> ALL =
      List.of(
          DRY_RUN,
          CommandSpec.JSON,
          REQUIRE,
          EXISTING,
          FLAGS,
          NAMESPACE,
          HOST_ROOT,
          FOLDER,
          KEEP,
          LEASE,
          FOREIGN,
          FORCE,
          VERSIONS,
          INTERVAL,
          STATUS_FILE,
          READY,
          LIVE,
          PERSIST,
          OUTPUT,
          IMAGE,
          POLICY,
          BOOTSTRAP_COMMAND);

  private static final int LONGEST_LEASE = 200;

  private static final Set<String> EVERYWHERE = names(NAMESPACE, HOST_ROOT, FOLDER);

  private static final Map<String, Set<String>> BY_VERB =
      Map.of(
          "install",
          names(
              DRY_RUN,
              CommandSpec.JSON,
              REQUIRE,
              EXISTING,
              FLAGS,
              KEEP,
              LEASE,
              INTERVAL,
              STATUS_FILE,
              PERSIST),
          "emit",
          names(CommandSpec.JSON, FLAGS, OUTPUT, IMAGE, POLICY, BOOTSTRAP_COMMAND),
          "ls",
          names(CommandSpec.JSON, VERSIONS),
          "status",
          names(CommandSpec.JSON, REQUIRE),
          "uninstall",
          names(DRY_RUN, LEASE, FOREIGN, FORCE),
          "restore",
          names(DRY_RUN),
          "keep",
          names(REQUIRE, EXISTING, FLAGS, LEASE, INTERVAL, STATUS_FILE, READY, LIVE));

  /// Names, since hashing a record for the first time takes longer than all the rest of a listing.
  private static Set<String> names(Option... options) {
    Set<String> names = new HashSet<>();
    for (Option option : options) {
      names.add(option.name());
    }
    return names;
  }

  private HostOptions() {}

  static void check(String verb, Arguments arguments) throws UsageException {
    for (Option option : ALL) {
      if (arguments.has(option)
          && !EVERYWHERE.contains(option.name())
          && !BY_VERB.getOrDefault(verb, Set.of()).contains(option.name())) {
        throw new UsageException("--" + option.name() + " is not for " + verb);
      }
    }
  }

  /// The host's folder that is to be used.
  static Optional<String> folder(Arguments arguments) throws UsageException {
    Optional<String> folder = arguments.value(FOLDER);
    if (folder.isPresent()) {
      String text = folder.get();
      boolean plain =
          text.startsWith("/")
              && Path.of(text).getNameCount() > 0
              && Path.of(text).normalize().toString().equals(text)
              && text.chars().noneMatch(c -> c < ' ' || c == ':' || c == 0x7f || c == 0xfffd);
      if (!plain) {
        throw new UsageException(
            "--folder must be absolute, not /, and without ., .., colons and control characters");
      }
    }
    return folder;
  }

  /// In whose name it is done. A name is shown to others, and is part of an entry, which the kernel
  /// keeps short.
  static String lease(Arguments arguments) throws UsageException {
    String name = arguments.value(LEASE).orElse(Request.HOST);
    boolean plain =
        !name.isEmpty()
            && name.getBytes(StandardCharsets.UTF_8).length <= LONGEST_LEASE
            && name.codePoints().noneMatch(HostOptions::steers);
    if (!plain) {
      throw new UsageException(
          "--lease must be a name of 1 to " + LONGEST_LEASE + " bytes without control characters");
    }
    return name;
  }

  /// Whether a character may move the cursor, end the line or turn it round; also what was no
  /// character at all on the command line.
  private static boolean steers(int character) {
    return Character.isISOControl(character)
        || character == 0xfffd
        || switch (Character.getType(character)) {
          case Character.LINE_SEPARATOR,
              Character.PARAGRAPH_SEPARATOR,
              Character.FORMAT,
              Character.SURROGATE ->
              true;
          default -> false;
        };
  }

  static Grounds grounds(Arguments arguments, Context context)
      throws CommandException, IOException {
    Optional<Path> root =
        arguments.value(HOST_ROOT).map(context.workingFolder()::resolve).map(Path::normalize);
    return grounds(root, arguments.has(NAMESPACE), context);
  }

  static Grounds grounds(Optional<Path> hostRoot, boolean namespace, Context context)
      throws CommandException, IOException {
    try {
      return new Grounds(
          context.kernel(),
          Standpoint.find(hostRoot, namespace),
          note -> context.err().println("anyarch: " + note));
    } catch (HostException e) {
      throw failure(e);
    }
  }

  /// By the helper beside the launcher.
  static Verification verification() {
    Path home = Path.of(System.getProperty("anyarch.home", ""));
    return new HelperVerification(new Verifier(home.resolve("libexec/anyarch-probe")));
  }

  static CommandException failure(HostException e) {
    return new CommandException(
        e.isImpossible() ? ExitCode.UNSUPPORTED : ExitCode.FAILED,
        HostList.shown(String.valueOf(e.getMessage())),
        e);
  }

  static Existing existing(Arguments arguments) throws UsageException {
    String word = arguments.value(EXISTING).orElse("keep");
    return switch (word) {
      case "keep" -> Existing.KEEP;
      case "replace" -> Existing.REPLACE;
      case "fail" -> Existing.FAIL;
      default -> throw new UsageException("--existing " + word + ": keep, replace or fail");
    };
  }

  static Flags flags(Arguments arguments) throws UsageException {
    String letters = arguments.value(FLAGS).orElse("POCF");
    try {
      return Flags.parse(letters.equals("none") ? "" : letters);
    } catch (RuleException e) {
      throw new UsageException("--flags " + letters + ": " + e.getMessage());
    }
  }

  /// Guests of a list separated by commas or given as several words; empty for `all`.
  static Optional<List<Guest>> guests(List<String> words) throws UsageException {
    List<Guest> guests = new ArrayList<>();
    for (String word : words) {
      for (String name : word.split(",", -1)) {
        if (name.equals("all")) {
          return Optional.empty();
        }
        Guest guest =
            Guest.named(name)
                .orElseThrow(
                    () ->
                        new UsageException(
                            "unknown platform \"" + name + "\"; see anyarch platforms"));
        if (!guests.contains(guest)) {
          guests.add(guest);
        }
      }
    }
    return guests.isEmpty() ? Optional.empty() : Optional.of(guests);
  }
}
