package org.anyarch.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.anyarch.binfmt.Instance;
import org.anyarch.build.Builder;
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
    return emulators(context, note -> context.err().println("anyarch: " + note));
  }

  private static Emulators emulators(Context context, Consumer<String> notes)
      throws CommandException {
    try {
      return Emulators.of(context.home().resolve("emulators"), context.environment(), notes);
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
  /// @param interpreter what is registered, if the handlers are the session's own
  static Prepared prepare(
      Arguments arguments,
      Context context,
      Optional<List<Platform>> platforms,
      boolean needed,
      Handlers.Interpreter interpreter)
      throws UsageException, CommandException, IOException, InterruptedException {
    Session session = session(context);
    try {
      if (wantsOwn(arguments, session)) {
        Handlers handlers = own(context, emulators(context), interpreter);
        enable(handlers, platforms);
        return new Prepared(session, handlers);
      }
      return new Prepared(session, hosts(context, session, platforms, needed));
    } catch (SessionException | EmulatorException e) {
      throw new CommandException(ExitCode.UNSUPPORTED, e.getMessage(), e);
    }
  }

  /// The same for a build, whose own handlers are registered only if a step runs. What the host has
  /// is looked at now: it is said once, before anything else.
  ///
  /// @param notes hears of emulators that are fetched, and why programs have no twins
  static Builder.Handlers later(
      Arguments arguments,
      Context context,
      Session session,
      List<Platform> platforms,
      Consumer<String> notes)
      throws UsageException, CommandException, IOException, InterruptedException {
    try {
      if (wantsOwn(arguments, session)) {
        Handlers.Interpreter interpreter =
            Acceleration.isWanted(arguments)
                ? Acceleration.interpreter(context, notes)
                : Handlers.Interpreter.EMULATOR;
        Handlers handlers = own(context, emulators(context, notes), interpreter);
        return () -> {
          try {
            enable(handlers, Optional.of(platforms));
          } catch (EmulatorException e) {
            throw new SessionException(String.valueOf(e.getMessage()), e);
          }
        };
      }
      hosts(context, session, Optional.of(platforms), true);
      return () -> {};
    } catch (SessionException e) {
      throw new CommandException(ExitCode.UNSUPPORTED, e.getMessage(), e);
    }
  }

  /// Whether the session has handlers of its own, and not those of the host.
  private static boolean wantsOwn(Arguments arguments, Session session)
      throws UsageException, SessionException {
    String mode = arguments.value(HANDLERS).orElse("auto");
    if (!List.of("auto", "private", "host").contains(mode)) {
      throw new UsageException("--handlers " + mode + ": say auto, private or host");
    }
    if (session.obstacle().isEmpty()) {
      if (mode.equals("host")) {
        throw new UsageException("put --handlers=host before all other options");
      }
      return true;
    }
    if (mode.equals("private")) {
      throw new SessionException(session.obstacle().get());
    }
    return false;
  }

  private static Handlers own(
      Context context, Emulators emulators, Handlers.Interpreter interpreter)
      throws CommandException {
    return new Handlers(
        Instance.at(Session.handlers()),
        emulators,
        new NativeGuests(Platform.host(), scratch(context)),
        interpreter);
  }

  private static void enable(Handlers handlers, Optional<List<Platform>> platforms)
      throws SessionException, EmulatorException, IOException, InterruptedException {
    if (platforms.isPresent()) {
      handlers.enable(platforms.get());
    } else {
      handlers.enableAll();
    }
  }

  /// Where a program can be tried: exec has to write nothing else.
  private static List<Path> scratch(Context context) throws CommandException {
    return List.of(context.home(), Path.of(System.getProperty("java.io.tmpdir", "/tmp")));
  }

  private static HostHandlers hosts(
      Context context, Session session, Optional<List<Platform>> platforms, boolean needed)
      throws CommandException, SessionException, IOException, InterruptedException {
    String obstacle = session.obstacle().orElseThrow();
    HostHandlers handlers = new HostHandlers(Session.handlers(), Platform.host(), scratch(context));
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
