package org.anyarch.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.anyarch.build.Progress;
import org.anyarch.build.fetch.Fetcher;
import org.anyarch.build.solve.RootTwins;
import org.anyarch.build.solve.Store;
import org.anyarch.kernel.Failures;
import org.anyarch.platform.Guest;
import org.anyarch.session.ContainerSpec;
import org.anyarch.session.Handlers;
import org.anyarch.twins.Mode;
import org.anyarch.twins.Origins;
import org.anyarch.twins.Showing;
import org.anyarch.twins.Twins;
import org.jspecify.annotations.Nullable;

/// The native twins of one container that is no step of a build: what is installed while it runs is
/// followed, and without twins it runs as well.
final class RunTwins implements AutoCloseable {
  /// Somebody may be looking at it, and what comes later serves the programs that start then.
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Optional<Guest> guest;
  private final Mode mode;
  private final Context context;
  private final Consumer<String> notes;
  private boolean registered;
  private @Nullable RootTwins twins;
  private @Nullable Showing showing;

  /// @param guest whose programs the container runs, if they are emulated and may have twins
  /// @param notes told why there are fewer twins than there could be
  RunTwins(Optional<Guest> guest, Mode mode, Context context, Consumer<String> notes) {
    this.guest = guest;
    this.mode = mode;
    this.context = context;
    this.notes = notes;
  }

  /// What the guest's programs are started with.
  Handlers.Interpreter interpreter() throws CommandException, IOException {
    if (guest.isEmpty()) {
      return Handlers.Interpreter.EMULATOR;
    }
    Handlers.Interpreter dispatching = Acceleration.interpreter(context, notes);
    return (one, emulator) -> {
      if (!one.equals(guest.get())) {
        return emulator;
      }
      Path started = dispatching.of(one, emulator);
      registered = !started.equals(emulator);
      return started;
    };
  }

  /// Finds the same image for this machine's platform.
  interface Sibling {
    Sibling NONE = Optional::empty;

    Optional<Twins.Source> find() throws IOException;
  }

  /// What the container has to be shown; nothing unless its programs are started by what
  /// [#interpreter] chose, or if no twins can be had.
  ///
  /// @param root of the container, as it is mounted
  /// @param online whether the container has this machine's network
  List<ContainerSpec.Bind> show(LazyStore stores, Path root, Sibling sibling, boolean online)
      throws CommandException, IOException, InterruptedException {
    return registered ? showRegistered(stores, root, sibling, online) : List.of();
  }

  /// The same where it is known that the guest's programs are started so.
  List<ContainerSpec.Bind> showRegistered(
      LazyStore stores, Path root, Sibling sibling, boolean online)
      throws CommandException, IOException, InterruptedException {
    Store store = stores.get();
    try {
      twins =
          new RootTwins(
              store,
              mode,
              new Fetcher(store.workFolder("fetched"), context.environment(), Progress.NONE),
              PATIENCE,
              notes);
      showing =
          twins.show(
              new Twins.Root(root, guest.orElseThrow(), sibling.find(), Origins.NONE, online));
      return twins.binds(showing);
    } catch (IOException e) {
      // What is missing of them, a full disk for instance, is missing to no program.
      notes.accept("no native twins: " + Failures.describe(e));
      return List.of();
    }
  }

  @Override
  public void close() throws IOException {
    if (showing != null) {
      showing.close();
    }
    if (twins != null) {
      twins.close();
    }
  }
}
