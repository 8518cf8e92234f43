package org.anyarch.selinux;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What SELinux refused (or would have refused), from a line of audit.log, dmesg or the journal.
///
/// @param granted whether it was allowed and only logged
/// @param permissions as the policy calls them, in the line's order
/// @param source the label of who wanted it
/// @param target the label of what it was wanted of
/// @param objectClass file, dir, filesystem, process...
/// @param permissive whether it was let through since nothing is enforced
/// @param fields all of the line's `name=value`, decoded
public record Avc(
    boolean granted,
    List<String> permissions,
    Label source,
    Label target,
    String objectClass,
    boolean permissive,
    Map<String, String> fields) {
  /// No line of the audit log is longer (MAX_AUDIT_MESSAGE_LENGTH is 8970).
  private static final int LONGEST = 16_384;

  private static final int MOST_FIELDS = 64;

  private static final Pattern HEAD =
      Pattern.compile("avc:\\s{1,4}(denied|granted)\\s{1,4}\\{([^{}]{1,1000})\\}");

  /// A value is quoted, or hexadecimal where it has bytes that could deceive, or plain.
  private static final Pattern FIELD =
      Pattern.compile("(?<![^\\s])([a-z_]{1,32})=(?:\"([^\"]*+)\"|([^\\s\"]*+))");

  public Avc {
    permissions = List.copyOf(permissions);
    fields = Map.copyOf(fields);
  }

  /// Reads a line; empty if it is no denial, or one whose labels cannot be read.
  public static Optional<Avc> parse(String line) {
    if (line.length() > LONGEST) {
      return Optional.empty();
    }
    Matcher head = HEAD.matcher(line);
    if (!head.find()) {
      return Optional.empty();
    }
    Map<String, String> fields = new LinkedHashMap<>();
    Matcher field = FIELD.matcher(line).region(head.end(), line.length());
    while (field.find() && fields.size() < MOST_FIELDS) {
      String quoted = field.group(2);
      fields.putIfAbsent(
          field.group(1), quoted != null ? quoted : decoded(field.group(1), field.group(3)));
    }
    try {
      return Optional.of(
          new Avc(
              head.group(1).equals("granted"),
              Stream.of(head.group(2).strip().split("\\s+")).filter(p -> !p.isEmpty()).toList(),
              Label.parse(fields.getOrDefault("scontext", "")),
              Label.parse(fields.getOrDefault("tcontext", "")),
              fields.getOrDefault("tclass", ""),
              fields.getOrDefault("permissive", "0").equals("1"),
              fields));
    } catch (LabelException unreadable) {
      return Optional.empty();
    }
  }

  /// All denials in a log, in its order.
  public static List<Avc> all(Stream<String> lines) {
    List<Avc> found = new ArrayList<>();
    lines.forEach(line -> parse(line).ifPresent(found::add));
    return found;
  }

  private static String decoded(String name, String value) {
    boolean untrusted = name.equals("comm") || name.equals("path") || name.equals("name");
    if (!untrusted || value.isEmpty() || !value.matches("([0-9A-F]{2})+")) {
      return value;
    }
    return new String(HexFormat.of().parseHex(value), StandardCharsets.UTF_8);
  }

  /// Whether it is about the emulation of foreign programs: the map of a file, QEMU's memory, or
  /// binfmt_misc itself.
  public boolean concernsEmulation() {
    return !remedy().equals(ASK);
  }

  /// What happened, in one sentence.
  public String sentence() {
    String who = comm() + " (" + source.type() + ")";
    String what = object() + " (" + target.type() + ")";
    String verb =
        granted ? " was granted " : permissive ? " would have been denied " : " was denied ";
    return who + verb + String.join(", ", permissions) + " on " + what + meaning();
  }

  private static final String ASK = "ask the policy: ausearch -m avc -ts recent | audit2why";

  /// What to do about it.
  public String remedy() {
    return switch (cause()) {
      case BINFMT_MISC ->
          "register from the host or from a privileged container (podman or docker run --privileged; in"
              + " Kubernetes securityContext.privileged: true)";
      case EXECMEM ->
          isRuntime()
              ? RUNTIME_MEMORY
              : "run the emulated program in a container, whose type has this right; for users' own"
                  + " programs on Fedora and RHEL: setsebool -P selinuxuser_execmem 1";
      case EXECMOD ->
          isRuntime()
              ? RUNTIME_MEMORY
              : "use an emulator that is linked statically and not packed (no UPX); its text must not be"
                  + " relocated";
      case RELABEL ->
          "do not relabel: copy the file without its attributes into a folder whose label new files"
              + " are to have";
      case FILE -> {
        LabelJudgement judgement = LabelJudgement.of(target);
        yield judgement.remedy().isEmpty() ? ASK : judgement.remedy();
      }
      case OTHER -> ASK;
    };
  }

  private static final String RUNTIME_MEMORY =
      "update Bottlerocket: kernel-kit 7.0.0 and 8.0.0 checked the container runtime (runtime_t) instead"
          + " of the program; 7.0.1, and the releases from the end of August 2026, do not";

  private enum Cause {
    BINFMT_MISC,
    EXECMEM,
    EXECMOD,
    RELABEL,
    FILE,
    OTHER
  }

  private Cause cause() {
    boolean file = objectClass.equals("file");
    if (isBinfmtMisc()) {
      return Cause.BINFMT_MISC;
    } else if (objectClass.equals("process") && permissions.contains("execmem")) {
      return Cause.EXECMEM;
    } else if (file && permissions.contains("execmod")) {
      return Cause.EXECMOD;
    } else if (permissions.contains("relabelto") || permissions.contains("relabelfrom")) {
      return Cause.RELABEL;
    } else if (file && isContainers() && isJudged()) {
      return Cause.FILE;
    }
    return Cause.OTHER;
  }

  private boolean isBinfmtMisc() {
    return fields.getOrDefault("dev", "").equals("binfmt_misc")
        || target.type().contains("binfmt_misc");
  }

  /// Others are denied files every day, for reasons of their own.
  private boolean isContainers() {
    return source.type().startsWith("container_")
        || source.type().startsWith("svirt_")
        || fields.getOrDefault("path", fields.getOrDefault("name", "")).contains("qemu-");
  }

  private boolean isJudged() {
    return permissions.stream().anyMatch(List.of("map", "read", "execute")::contains)
        && LabelJudgement.of(target).reach() != LabelJudgement.Reach.EVERYBODY;
  }

  private boolean isRuntime() {
    return source.type().equals("runtime_t");
  }

  private String meaning() {
    return switch (cause()) {
      case BINFMT_MISC -> ": only the host and privileged containers may change binfmt_misc";
      case EXECMEM -> ": memory that is both written and executed, which QEMU needs";
      case EXECMOD -> ": code that was changed after it was loaded";
      case RELABEL -> ": this process may not give labels";
      case FILE -> ": " + LabelJudgement.of(target).sentence();
      case OTHER -> "";
    };
  }

  private String comm() {
    return Label.shown(fields.getOrDefault("comm", "a process"));
  }

  private String object() {
    String name = fields.getOrDefault("path", fields.getOrDefault("name", ""));
    return name.isEmpty() ? "a " + Label.shown(objectClass) : Label.shown(name);
  }
}
