package org.anyarch.host.emit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.anyarch.binfmt.Flags;
import org.anyarch.binfmt.Rule;
import org.anyarch.platform.Guest;
import org.anyarch.platform.Platform;

/// What a lasting set-up is to do.
///
/// @param guests whose programs are to run
/// @param host the machine it is for, as far as files say which guests need no handler there
/// @param folder where emulators are on the host
/// @param interpreters the emulators that are called otherwise than `qemu-GUEST` in that folder, by
///   QEMU's name of the guest
/// @param flags of every rule
/// @param image the container image that has anyarch; empty if none was given
/// @param program anyarch on the host
/// @param version anyarch's own, said in comments
/// @param bootstrapCommand whether Bottlerocket may be told a command (1.47.0 and newer)
/// @param selinux the names of the policy that an SELinux module is for
public record EmitRequest(
    List<Guest> guests,
    Platform host,
    Path folder,
    Map<String, Path> interpreters,
    Flags flags,
    String image,
    Path program,
    String version,
    boolean bootstrapCommand,
    PolicyNames selinux) {
  public static final Path FOLDER = Path.of("/var/lib/anyarch/emulators");
  public static final Path PROGRAM = Path.of("/usr/local/bin/anyarch");

  public EmitRequest {
    guests = List.copyOf(guests);
    interpreters = Map.copyOf(interpreters);
  }

  /// A request with the defaults for all but these.
  public static EmitRequest of(List<Guest> guests, String version) {
    return new EmitRequest(
        guests,
        Platform.host(),
        FOLDER,
        Map.of(),
        Flags.POCF,
        "",
        PROGRAM,
        version,
        false,
        PolicyNames.CONTAINER_SELINUX);
  }

  public EmitRequest withHost(Platform other) {
    return with(change -> change.host = other);
  }

  public EmitRequest withFolder(Path other) {
    return with(change -> change.folder = other);
  }

  public EmitRequest withInterpreters(Map<String, Path> other) {
    return with(change -> change.interpreters = other);
  }

  public EmitRequest withFlags(Flags other) {
    return with(change -> change.flags = other);
  }

  public EmitRequest withImage(String other) {
    return with(change -> change.image = other);
  }

  public EmitRequest withProgram(Path other) {
    return with(change -> change.program = other);
  }

  public EmitRequest withBootstrapCommand(boolean other) {
    return with(change -> change.bootstrapCommand = other);
  }

  public EmitRequest withSelinux(PolicyNames other) {
    return with(change -> change.selinux = other);
  }

  private EmitRequest with(Consumer<Change> setting) {
    Change change = new Change(this);
    setting.accept(change);
    return new EmitRequest(
        guests,
        change.host,
        change.folder,
        change.interpreters,
        change.flags,
        change.image,
        change.program,
        version,
        change.bootstrapCommand,
        change.selinux);
  }

  /// All that can be other than the default, while a copy is made.
  private static final class Change {
    private Platform host;
    private Path folder;
    private Map<String, Path> interpreters;
    private Flags flags;
    private String image;
    private Path program;
    private boolean bootstrapCommand;
    private PolicyNames selinux;

    private Change(EmitRequest request) {
      host = request.host;
      folder = request.folder;
      interpreters = request.interpreters;
      flags = request.flags;
      image = request.image;
      program = request.program;
      bootstrapCommand = request.bootstrapCommand;
      selinux = request.selinux;
    }
  }

  /// What no kind of set-up can do without.
  void check() throws EmitException {
    if (guests.isEmpty()) {
      throw new EmitException("no platform is wanted; name some, or all");
    }
    checkPath(folder, "the folder of emulators");
    checkPath(program, "anyarch's own path");
    for (Path interpreter : interpreters.values()) {
      checkPath(interpreter, "the emulator's path");
    }
    if (!image.isEmpty() && !image.matches("[A-Za-z0-9\\[][A-Za-z0-9._:/@\\[\\]-]{0,511}")) {
      throw new EmitException(
          "\"" + Quote.shown(image) + "\" is no reference of a container image");
    }
    if (!version.matches("[0-9A-Za-z][0-9A-Za-z._+~-]{0,63}")) {
      throw new EmitException("\"" + Quote.shown(version) + "\" is no version of anyarch");
    }
  }

  /// A colon would end it in the volumes of container engines, `${{` begins an expression of
  /// GitHub's; what cannot be seen is a mistake.
  private static void checkPath(Path path, String what) throws EmitException {
    String text = path.toString();
    if (!path.isAbsolute()
        || path.getNameCount() == 0
        || !path.normalize().equals(path)
        || text.indexOf(':') >= 0
        || text.contains("${{")
        || !text.strip().equals(text)
        || text.codePoints().anyMatch(c -> Character.isISOControl(c) || c == 0xfffd)) {
      throw new EmitException(
          what
              + " \""
              + Quote.shown(text)
              + "\" must be absolute, without ., .., colons and control characters");
    }
  }

  /// @throws EmitException if none was given
  String requiredImage(String kind) throws EmitException {
    if (image.isEmpty()) {
      throw new EmitException(
          kind
              + " starts anyarch from a container image; say which with --image REGISTRY/NAME:TAG");
    }
    return image;
  }

  /// The guests as anyarch's command line takes them.
  List<String> words() {
    return guests.stream().map(g -> g.platform().map(Platform::toString).orElse(g.qemu())).toList();
  }

  /// `host VERB` and what of the request it has to be told.
  List<String> arguments(String... verb) {
    List<String> arguments = new ArrayList<>(List.of(verb));
    if (!flags.equals(Flags.POCF)) {
      arguments.add("--flags=" + flags);
    }
    if (!folder.equals(FOLDER)) {
      arguments.add("--folder=" + home());
    }
    arguments.addAll(words());
    return arguments;
  }

  /// The platforms of which images can be built, as `--platform` takes them.
  String platforms() throws EmitException {
    List<String> platforms =
        guests.stream().flatMap(g -> g.platform().stream()).map(Platform::toString).toList();
    if (platforms.isEmpty()) {
      throw new EmitException(
          "no container images exist for "
              + String.join(", ", words())
              + "; name another platform");
    }
    return String.join(",", platforms);
  }

  /// What a container needs of the host: the state and the lock are beside the emulators.
  String home() {
    Path above = folder.getParent();
    return folder.endsWith("emulators") && above != null ? above.toString() : folder.toString();
  }

  Path interpreter(Guest guest) {
    return interpreters.getOrDefault(guest.qemu(), folder.resolve("qemu-" + guest.qemu()));
  }

  /// The rules of all guests, for a file that the host reads without asking anyarch.
  ///
  /// @throws EmitException if one of them would capture the host's own programs
  List<Rule> rules() throws EmitException {
    List<Rule> rules = new ArrayList<>();
    for (Guest guest : guests) {
      if (guest.nativeOn(host)) {
        throw new EmitException(
            host
                + " runs its own programs; a rule for "
                + guest.qemu()
                + " would start every one of them through an emulator. Leave it out");
      }
      rules.add(Rule.forGuest(guest, interpreter(guest), flags));
    }
    return rules;
  }

  /// The commands that put emulators where the rules expect them.
  List<String> placing() {
    List<String> commands = new ArrayList<>();
    for (Guest guest : guests) {
      if (!interpreters.containsKey(guest.qemu())) {
        commands.add(
            "install -D -m 755 \"$("
                + Quote.shell(program.toString())
                + " emulator path "
                + guest.qemu()
                + ")\" "
                + Quote.shell(interpreter(guest).toString()));
      }
    }
    return commands;
  }
}
