package org.anyarch.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.anyarch.binfmt.Instance;
import org.anyarch.build.solve.RootTwins;
import org.anyarch.kernel.Failures;
import org.anyarch.platform.Guest;
import org.anyarch.session.Bundle;
import org.anyarch.session.ContainerSpec;
import org.anyarch.session.Handlers;
import org.anyarch.session.Session;

/// Makes native twins ready for a container that a program of `exec` is about to have created, and
/// follows what is installed in it, until it is told that the container has gone. What stands
/// before OCI runtimes in the session calls it, so it is not listed in the help: it says `ok` and
/// where the configuration with twins is, or in a line why there are none, and ends when there is
/// something to read.
final class ShowTwins {
  static final String NAME = "show-twins";

  private ShowTwins() {}

  /// @param words the folder of the bundle
  static int run(List<String> words, Context context) {
    try {
      Bundle bundle = Bundle.read(Path.of(words.getFirst()));
      Optional<Path> root = bundle.root();
      Optional<Guest> guest =
          root.isPresent() && bundle.takesTwins()
              ? RootTwins.foreign(root.get())
              : Optional.empty();
      if (guest.isEmpty()) {
        context.out().println("its programs are this machine's, or it has no /dev of its own");
        return ExitCode.DONE;
      }
      CountDownLatch gone = new CountDownLatch(1);
      context.ending().hold(gone::countDown);
      AtomicReference<String> why = new AtomicReference<>("");
      try (LazyStore stores = new LazyStore(context);
          RunTwins twins = new RunTwins(guest, Acceleration.told(context), context, why::set)) {
        List<ContainerSpec.Bind> binds =
            twins.showRegistered(
                stores, root.orElseThrow(), RunTwins.Sibling.NONE, bundle.hasCallersNetwork());
        if (binds.isEmpty()) {
          context.out().println(why.get());
          return ExitCode.FAILED;
        }
        Handlers.start(
            Instance.at(Session.handlers()), guest.get(), Acceleration.interpreter(context));
        Path config = stores.get().workFolder("bundle").resolve("config.json");
        bundle.write(config, binds);
        context.out().println("ok " + config);
        context.out().flush();
        listen(context, gone);
        gone.await();
      }
      return ExitCode.DONE;
    } catch (IOException e) {
      context.out().println(Failures.describe(e));
    } catch (CommandException e) {
      context.out().println(e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return ExitCode.FAILED;
  }

  private static void listen(Context context, CountDownLatch gone) {
    Thread.ofPlatform()
        .daemon()
        .name("listens")
        .start(
            () -> {
              try {
                var _ = context.in().read();
              } catch (IOException e) {
                // Whoever was to tell is gone.
                context.err().println(Failures.describe(e));
              }
              gone.countDown();
            });
  }
}
