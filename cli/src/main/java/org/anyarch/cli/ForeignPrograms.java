package org.anyarch.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.anyarch.binfmt.Instance;
import org.anyarch.emulator.EmulatorException;
import org.anyarch.emulator.Emulators;
import org.anyarch.platform.Platform;
import org.anyarch.platform.PlatformException;
import org.anyarch.session.Executables;
import org.anyarch.session.Handlers;
import org.anyarch.session.HostHandlers;
import org.anyarch.session.NativeGuests;
import org.anyarch.session.Session;
import org.anyarch.session.SessionException;

/// What `build`, `run` and `exec` have in common: the session they need and the handlers in it.
final class ForeignPrograms {
  static final Option PLATFORM =
      Option.of(
          "platform", "LIST", "platforms, separated by commas, for instance linux/arm64,riscv64");

  static final Option HANDLERS =
      Option.of(
          "handlers",
          "WHICH",
          "private (of this command alone), host (what the host has registered), or auto: private"
              + " where that can be had");

  private ForeignPrograms() {}

  /// The session this process is in, with handlers of its own or without.
  static Session session(Context context) throws CommandException {
    try {
      return Session.current(context.environment());
    } catch (SessionException e) {
      throw new CommandException(ExitCode.UNSUPPORTED, e.getMessage(), e);
    }
  }

  static Optional<List<Platform>> platforms(Arguments arguments) throws UsageException {
    Optional<String> list = arguments.value(PLATFORM);
    if (list.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Platform.parseList(list.get()));
    } catch (PlatformException e) {
      throw new UsageException("--platform " + list.get() + ": " + e.getMessage());
    }
  }

  static Emulators emulators(Context context) throws CommandException {
    try {
      return Emulators.of(
          context.home().resolve("emulators"),
          context.environment(),
          note -> context.err().println("anyarch: " + note));
    } catch (EmulatorException e) {
      throw new CommandException(ExitCode.UNSUPPORTED, e.getMessage(), e);
    }
  }

  /// A session in which foreign programs run.
  record Prepared(Session session, Executables programs) {}

  /// Sees to it that programs of the platforms run in the session, of all that can be had when none
  /// are named: by handlers of its own, or by the host's. A host without handlers is good enough
  /// for a caller who looks at the program itself.
  ///
  /// @param needed whether some foreign program has to run if no platform is named
  static Prepared prepare(
      Arguments arguments, Context context, Optional<List<Platform>> platforms, boolean needed)
      throws UsageException, CommandException, IOException, InterruptedException {
    String mode = arguments.value(HANDLERS).orElse("auto");
    if (!List.of("auto", "private", "host").contains(mode)) {
      throw new UsageException("--handlers " + mode + ": say auto, private or host");
    }
    Session session = session(context);
    // Where a program can be tried: exec has to write nothing else.
    List<Path> scratch =
        List.of(context.home(), Path.of(System.getProperty("java.io.tmpdir", "/tmp")));
    try {
      if (session.obstacle().isEmpty()) {
        if (mode.equals("host")) {
          throw new UsageException("put --handlers=host before all other options");
        }
        return new Prepared(session, own(context, platforms, scratch));
      }
      if (mode.equals("private")) {
        throw new SessionException(session.obstacle().get());
      }
      return new Prepared(
          session, hosts(context, session.obstacle().get(), platforms, needed, scratch));
    } catch (SessionException | EmulatorException e) {
      throw new CommandException(ExitCode.UNSUPPORTED, e.getMessage(), e);
    }
  }

  private static Handlers own(
      Context context, Optional<List<Platform>> platforms, List<Path> scratch)
      throws CommandException,
          SessionException,
          EmulatorException,
          IOException,
          InterruptedException {
    Handlers handlers =
        new Handlers(
            Instance.at(Session.handlers()),
            emulators(context),
            new NativeGuests(Platform.host(), scratch));
    if (platforms.isPresent()) {
      handlers.enable(platforms.get());
    } else {
      handlers.enableAll();
    }
    return handlers;
  }

  private static HostHandlers hosts(
      Context context,
      String obstacle,
      Optional<List<Platform>> platforms,
      boolean needed,
      List<Path> scratch)
      throws SessionException, IOException, InterruptedException {
    HostHandlers handlers = new HostHandlers(Session.handlers(), Platform.host(), scratch);
    String used;
    try {
      used = platforms.isPresent() ? handlers.require(platforms.get()) : handlers.requireAny();
    } catch (SessionException e) {
      if (platforms.isEmpty() && !needed) {
        return handlers;
      }
      throw new SessionException(
          e.getMessage()
              + "; as root on the host: anyarch host install "
              + platforms
                  .map(l -> l.stream().map(Platform::toString).collect(Collectors.joining(" ")))
                  .orElse("all")
              + "; "
              + obstacle,
          e);
    }
    context
        .err()
        .println(
            "anyarch: using the host's handlers"
                + (used.isEmpty() ? "" : ", " + used)
                + ": "
                + obstacle);
    return handlers;
  }
}
