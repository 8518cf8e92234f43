package org.anyarch.session;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The session this process runs in. Its binfmt_misc instance belongs to it alone and ends with it.
///
/// @param ids which user and group ids exist in it
/// @param ownProc whether /proc shows the session's own processes; false where the caller's /proc
///   is partly hidden, as in most containers
/// @param obstacle why it has no binfmt_misc of its own and lives on the host's handlers, with the
///   remedy; empty if it has one
/// @param start the file descriptor on which the helper hears what to start in our place
public record Session(Ids ids, boolean ownProc, Optional<String> obstacle, int start) {

  /// Which ids a session can give to files and processes.
  public enum Ids {
    /// Every id of the caller's user namespace, unchanged; the caller was root.
    ALL,
    /// 0 is the caller, 1 and up are its subordinate ids of /etc/subuid and /etc/subgid.
    SUBIDS,
    /// 0 is the caller and there is no other.
    SINGLE
  }

  /// The variable in which the helper says what it reached.
  public static final String VARIABLE = "ANYARCH_SESSION";

  /// What the first process of a session is called.
  private static final String INIT = "anyarch-init";

  /// The user namespace that a machine starts with; its number is fixed (PROC_USER_INIT_INO).
  private static final String FIRST_USERS = "user:[4026531837]";

  private static final Pattern ENTERED =
      Pattern.compile(
          "entered ids=(all|subids|single) proc=(own|inherited)"
              + " handlers=(?:private|host ([a-z_]+) (\\d{1,4})) start=(\\d{1,9})");
  private static final Pattern FAILED = Pattern.compile("failed ([a-z_]+) (\\d{1,4})");

  /// The session that the helper entered before it started this process.
  ///
  /// @throws SessionException if there is none; the message says which step the kernel refused,
  ///   why, and the remedy
  public static Session current(Map<String, String> environment) throws SessionException {
    String said = environment.getOrDefault(VARIABLE, "");
    Matcher entered = ENTERED.matcher(said);
    if (entered.matches()) {
      Ids ids =
          switch (entered.group(1)) {
            case "all" -> Ids.ALL;
            case "subids" -> Ids.SUBIDS;
            default -> Ids.SINGLE;
          };
      return new Session(
          ids,
          entered.group(2).equals("own"),
          obstacle(entered.group(3), entered.group(4)),
          Integer.parseInt(entered.group(5)));
    }
    Matcher failed = FAILED.matcher(said);
    if (failed.matches()) {
      throw new SessionException(
          Obstacle.explain(
              failed.group(1), Integer.parseInt(failed.group(2)), HostFacts.read(Path.of("/"))));
    }
    throw new SessionException(
        "no session: this command has to be started through bin/anyarch, which enters one before Java starts");
  }

  /// Makes sure that what is mounted from now on is not mounted on the host: this process was
  /// started in a session, also as a program of `anyarch exec`, or at least in a user namespace of
  /// somebody's.
  ///
  /// @param proc the proc file system
  /// @throws SessionException if it is not so
  public static void requireInside(Map<String, String> environment, Path proc)
      throws SessionException, IOException {
    if (ENTERED.matcher(environment.getOrDefault(VARIABLE, "")).matches()
        || Files.readString(proc.resolve("1/comm")).strip().equals(INIT)
        || !Files.readSymbolicLink(proc.resolve("self/ns/user")).toString().equals(FIRST_USERS)) {
      return;
    }
    throw new SessionException(
        "no session: what a build mounts would be mounted on this machine; start the program in one:"
            + " anyarch exec -- java ...");
  }

  private static Optional<String> obstacle(@Nullable String stage, @Nullable String errno) {
    if (stage == null || errno == null) {
      return Optional.empty();
    }
    return Optional.of(
        stage.equals("asked")
            ? "the host's handlers were asked for"
            : Obstacle.explain(stage, Integer.parseInt(errno), HostFacts.read(Path.of("/"))));
  }

  /// Asks for the last `words` words of this process's command line to be started as soon as it has
  /// ended, which it must do with status 0. They get the caller's bytes, environment and signal
  /// dispositions, which a JVM does not have any more.
  public void startWhenEnded(int words) throws IOException {
    try (OutputStream helper = new FileOutputStream("/proc/self/fd/" + start)) {
      helper.write(String.valueOf(words).getBytes(StandardCharsets.US_ASCII));
    }
  }

  /// The folder of the session's own handlers.
  public static Path handlers() {
    return Path.of("/proc/sys/fs/binfmt_misc");
  }
}
