package org.anyarch.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.anyarch.build.solve.Inspection;
import org.anyarch.build.solve.RunSettings;
import org.anyarch.kernel.Failures;

/// The options of `build` that are for RUN steps: those of all containers, and more.
final class RunOptions {
  private static final Option SECRET =
      Option.many(
          "secret",
          "id=ID[,src=FILE|,env=NAME]",
          "what RUN --mount=type=secret shows; never in the image");
  private static final Option SSH =
      Option.many("ssh", "default|ID[=SOCKET]", "the SSH agent that RUN --mount=type=ssh leads to");
  private static final Option ALLOW =
      Option.many(
          "allow", "ENTITLEMENT", "security.insecure or network.host for RUN steps that ask");
  private static final Option VERIFY =
      Option.flag(
          "verify-accelerated",
          "run every accelerated step a second time, emulated, and fail if it comes to something"
              + " else, or with --accelerate=compatible list what differs");

  /// How many accelerated steps there are to one that is verified without being asked for.
  private static final String SELF_CHECK = "ANYARCH_SELF_CHECK";

  static final List<Option> ALL =
      Stream.concat(
              Stream.of(SECRET, SSH, ALLOW, Acceleration.OPTION, VERIFY),
              ContainerOptions.ALL.stream())
          .toList();

  /// What BuildKit takes at most.
  private static final long SECRET_LIMIT = 500 * 1024;

  private RunOptions() {}

  static RunSettings of(Arguments arguments, Context context)
      throws UsageException, CommandException, IOException {
    Set<String> allowed = new HashSet<>();
    for (String text : arguments.values(ALLOW)) {
      if (!Set.of("security.insecure", "network.host").contains(text)) {
        throw new UsageException("--allow " + text + ": say security.insecure or network.host");
      }
      allowed.add(text);
    }
    return new RunSettings(
        secrets(arguments, context),
        agents(arguments, context),
        ContainerOptions.hosts(arguments),
        allowed,
        ContainerOptions.confinement(arguments),
        ContainerOptions.carrier(arguments, context),
        ResourceOptions.of(arguments),
        Acceleration.mode(arguments),
        inspection(arguments, context));
  }

  private static Inspection inspection(Arguments arguments, Context context) throws UsageException {
    boolean all = arguments.has(VERIFY);
    boolean sampled = arguments.has(OutputOptions.REPORT);
    if (all && !Acceleration.isWanted(arguments)) {
      throw new UsageException(
          "--verify-accelerated: with --accelerate=off nothing is accelerated");
    }
    String text = context.environment().getOrDefault(SELF_CHECK, "");
    if (text.isEmpty()) {
      return new Inspection(all, Inspection.DEFAULT.oneIn(), sampled);
    }
    if (!text.matches("\\d{1,9}")) {
      throw new UsageException(
          SELF_CHECK + " " + text + " is no number: of how many accelerated steps one is verified");
    }
    return new Inspection(all, Integer.parseInt(text), sampled);
  }

  private static Map<String, RunSettings.SecretSource> secrets(Arguments arguments, Context context)
      throws UsageException, CommandException {
    Map<String, RunSettings.SecretSource> secrets = new HashMap<>();
    for (String text : arguments.values(SECRET)) {
      Map<String, String> fields = new HashMap<>();
      for (String field : text.split(",", -1)) {
        int equals = field.indexOf('=');
        String key = equals < 0 ? field : field.substring(0, equals);
        String name = key.toLowerCase(Locale.ROOT);
        if (equals < 0 || !Set.of("id", "src", "source", "env", "type").contains(name)) {
          throw new UsageException(
              "--secret: there is no \"" + key + "\"; say id=ID,src=FILE or id=ID,env=NAME");
        }
        fields.put(name.equals("source") ? "src" : name, field.substring(equals + 1));
      }
      String id = fields.getOrDefault("id", "");
      if (id.isEmpty()) {
        throw new UsageException("--secret needs an id: id=ID,src=FILE or id=ID,env=NAME");
      }
      byte[] content = content(id, fields, context);
      secrets.put(id, content::clone);
    }
    return secrets;
  }

  /// Read now: what is wrong is said before anything is built.
  private static byte[] content(String id, Map<String, String> fields, Context context)
      throws UsageException, CommandException {
    String type = fields.getOrDefault("type", "");
    if (!Set.of("", "file", "env").contains(type)) {
      throw new UsageException("--secret id=" + id + ": type is file or env, not " + type);
    }
    String file = fields.getOrDefault("src", "");
    String variable = fields.getOrDefault("env", "");
    if (type.equals("env") && variable.isEmpty()) {
      variable = file;
      file = "";
    }
    if (file.isEmpty() && variable.isEmpty()) {
      // As BuildKit: the id alone is a variable if there is one, else a file.
      if (!type.equals("file") && context.environment().containsKey(id)) {
        variable = id;
      } else {
        file = id;
      }
    }
    if (!variable.isEmpty()) {
      String value = context.environment().get(variable);
      if (value == null) {
        throw new CommandException(
            ExitCode.FAILED,
            "--secret id=" + id + ": the variable " + variable + " is not set; export it",
            null);
      }
      return value.getBytes(StandardCharsets.UTF_8);
    }
    Path path = context.workingFolder().resolve(file);
    try {
      if (Files.size(path) > SECRET_LIMIT) {
        throw new CommandException(
            ExitCode.FAILED,
            "--secret id=" + id + ": " + file + " is larger than the 500 KiB a secret may have",
            null);
      }
      return Files.readAllBytes(path);
    } catch (IOException e) {
      throw new CommandException(
          ExitCode.FAILED, "--secret id=" + id + ": cannot read " + Failures.describe(e), e);
    }
  }

  private static Map<String, Path> agents(Arguments arguments, Context context)
      throws UsageException, CommandException, IOException {
    Map<String, Path> agents = new HashMap<>();
    for (String text : arguments.values(SSH)) {
      int equals = text.indexOf('=');
      String id = equals < 0 ? text : text.substring(0, equals);
      String socket =
          equals < 0
              ? context.environment().getOrDefault("SSH_AUTH_SOCK", "")
              : text.substring(equals + 1);
      if (id.isEmpty()) {
        throw new UsageException("--ssh " + text + ": say default or ID=SOCKET");
      }
      if (socket.isEmpty()) {
        throw new CommandException(
            ExitCode.FAILED,
            "--ssh " + text + ": SSH_AUTH_SOCK is not set; start an agent: eval $(ssh-agent)",
            null);
      }
      Path path = context.workingFolder().resolve(socket);
      if (!Files.exists(path)) {
        throw new CommandException(
            ExitCode.FAILED, "--ssh " + text + ": " + path + " is not there", null);
      }
      int type = (Integer) Files.getAttribute(path, "unix:mode") & 0170000;
      if (type != 0140000) {
        throw new CommandException(
            ExitCode.UNSUPPORTED,
            "--ssh "
                + text
                + ": "
                + path
                + " is no socket, and keys are not read; give the key to an agent: ssh-add "
                + path
                + ", then --ssh "
                + id,
            null);
      }
      agents.put(id, path);
    }
    return agents;
  }
}
