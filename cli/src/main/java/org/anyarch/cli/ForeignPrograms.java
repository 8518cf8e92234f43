package org.anyarch.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.anyarch.binfmt.Instance;
import org.anyarch.emulator.EmulatorException;
import org.anyarch.emulator.Emulators;
import org.anyarch.platform.Platform;
import org.anyarch.platform.PlatformException;
import org.anyarch.session.Handlers;
import org.anyarch.session.NativeGuests;
import org.anyarch.session.Session;
import org.anyarch.session.SessionException;

/// What `build`, `run` and `exec` have in common: the session they need and the handlers in it.
final class ForeignPrograms {
  static final Option PLATFORM =
      Option.of(
          "platform", "LIST", "platforms, separated by commas, for instance linux/arm64,riscv64");

  private ForeignPrograms() {}

  static Session session(Context context) throws CommandException {
    try {
      Session session = Session.current(context.environment());
      if (session.obstacle().isPresent()) {
        throw new SessionException(session.obstacle().get());
      }
      return session;
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

  /// Registers handlers for the platforms in the session; for all that can be had when none are
  /// named.
  static Handlers enable(Context context, Optional<List<Platform>> platforms)
      throws CommandException, IOException, InterruptedException {
    // Where a program can be tried: exec has to write nothing else.
    List<Path> scratch =
        List.of(context.home(), Path.of(System.getProperty("java.io.tmpdir", "/tmp")));
    Handlers handlers =
        new Handlers(
            Instance.at(Session.handlers()),
            emulators(context),
            new NativeGuests(Platform.host(), scratch));
    try {
      if (platforms.isPresent()) {
        handlers.enable(platforms.get());
      } else {
        handlers.enableAll();
      }
    } catch (SessionException | EmulatorException e) {
      throw new CommandException(ExitCode.UNSUPPORTED, e.getMessage(), e);
    }
    return handlers;
  }
}
