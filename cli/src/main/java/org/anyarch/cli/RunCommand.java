package org.anyarch.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.anyarch.build.BuildException;
import org.anyarch.build.ImageReference;
import org.anyarch.build.Progress;
import org.anyarch.build.RegistryImages;
import org.anyarch.build.solve.BaseImage;
import org.anyarch.build.solve.BaseLayers;
import org.anyarch.build.solve.Overlays;
import org.anyarch.build.solve.RootTwins;
import org.anyarch.build.solve.SiblingImage;
import org.anyarch.build.solve.Snapshot;
import org.anyarch.build.solve.Store;
import org.anyarch.cli.progress.PlainProgress;
import org.anyarch.kernel.Kernel;
import org.anyarch.oci.ExecutionParameters;
import org.anyarch.platform.Guest;
import org.anyarch.platform.Platform;
import org.anyarch.session.ContainerSpec;
import org.anyarch.session.Executables;
import org.anyarch.session.OciRuntime;
import org.anyarch.session.Scratch;
import org.anyarch.session.SessionException;

/// `anyarch run`: a container from an image or a root folder of any architecture.
final class RunCommand implements Command {
  private static final Option ROOTFS =
      Option.of("rootfs", "DIR", "run in this root folder instead of an image; changes stay in it");
  private static final Option ENTRYPOINT =
      Option.of("entrypoint", "PROGRAM", "run this instead of the image's entrypoint");

  /// What Java makes of bytes that are no UTF-8.
  private static final char REPLACEMENT = '\uFFFD';

  @Override
  public CommandSpec spec() {
    return new CommandSpec(
        "run",
        "run an image or a root folder of any architecture",
        "IMAGE | --rootfs DIR [COMMAND [ARG...]]",
        """
        Runs COMMAND, or what the image says, in a container of the machine's OCI runtime (runc or crun) in a private
        session. IMAGE is in a registry (debian:13) or an OCI layout (oci:DIR, oci:DIR:TAG). Changes to its root are thrown
        away at the end. Unless --network says otherwise the container shares the host's network. Exit status, signals, terminal and
        standard input are the program's. Emulated programs have native twins as in a build's steps.""",
        Stream.of(
                List.of(
                    ForeignPrograms.PLATFORM,
                    ForeignPrograms.HANDLERS,
                    Acceleration.OPTION,
                    ROOTFS,
                    ENTRYPOINT),
                RunContainer.OPTIONS,
                ContainerOptions.ALL,
                RegistryOptions.ALL)
            .flatMap(List::stream)
            .toList(),
        true,
        List.of(
            new CommandSpec.Example(
                "anyarch run --platform linux/arm64 debian:13", "an image of a registry"),
            new CommandSpec.Example(
                "anyarch run --platform linux/s390x oci:hello", "one platform of an image index"),
            new CommandSpec.Example(
                "anyarch run --rootfs ./arm64-root uname -m", "a command in a root folder")));
  }

  @Override
  public int run(Arguments arguments, Context context)
      throws UsageException, CommandException, IOException, InterruptedException {
    List<String> operands = arguments.operands();
    Optional<String> rootfs = arguments.value(ROOTFS);
    if (rootfs.isEmpty() && operands.isEmpty()) {
      throw new UsageException(
          "name an image (debian:13, oci:DIR[:TAG]) or a root folder (--rootfs DIR)");
    }
    for (String word :
        Stream.concat(operands.stream(), RunContainer.variables(arguments).stream()).toList()) {
      if (word.indexOf(REPLACEMENT) >= 0) {
        throw new UsageException(
            word + " is not UTF-8, which a container's configuration has to be");
      }
    }
    Optional<List<Platform>> platforms = ForeignPrograms.platforms(arguments);
    if (platforms.isPresent() && platforms.get().size() != 1) {
      throw new UsageException("--platform takes one platform here");
    }
    Platform platform = platforms.isPresent() ? platforms.get().getFirst() : Platform.host();
    Optional<RunContainer.Root> folder =
        rootfs.isPresent()
            ? Optional.of(folder(rootfs.get(), platforms, context))
            : Optional.empty();
    try (LazyStore stores = new LazyStore(context);
        RunTwins twins = twins(arguments, folder, platform, context)) {
      Executables programs =
          ForeignPrograms.prepare(arguments, context, platforms, false, twins.interpreter())
              .programs();
      Kernel kernel = context.kernel().get();
      Scratch scratch = Scratch.mount(context.madeHome().resolve("run"), kernel.mounts());
      RunContainer container =
          RunContainer.of(arguments, scratch.folder(), programs, stores, context);
      OciRuntime.leaveControlGroupsAlone(kernel.mounts());
      OciRuntime runtime =
          OciRuntime.find(context.environment(), scratch.folder().resolve("runtime"));
      Run run = new Run(container, runtime, stores, twins);
      return folder.isPresent()
          ? run.in(folder.get(), operands)
          : run.in(operands.getFirst(), platform, operands.subList(1, operands.size()));
    } catch (SessionException e) {
      throw new CommandException(ExitCode.UNSUPPORTED, e.getMessage(), e);
    } catch (BuildException e) {
      throw new CommandException(ExitCode.FAILED, e.getMessage(), e);
    }
  }

  /// What a container is run with.
  private record Run(RunContainer container, OciRuntime runtime, LazyStore stores, RunTwins twins) {
    int in(RunContainer.Root folder, List<String> words)
        throws UsageException,
            CommandException,
            SessionException,
            IOException,
            InterruptedException {
      List<ContainerSpec.Bind> shown =
          twins.show(stores, folder.folder(), RunTwins.Sibling.NONE, container.isOnline());
      return container.run(runtime, folder, shown, words.isEmpty() ? List.of("/bin/sh") : words);
    }

    int in(String name, Platform platform, List<String> words)
        throws UsageException,
            CommandException,
            SessionException,
            BuildException,
            IOException,
            InterruptedException {
      Context context = container.context();
      Progress progress = new PlainProgress(context.err());
      Store store = stores.get();
      try (RegistryImages registries =
          RegistryOptions.of(container.arguments(), context, store, progress)) {
        return image(
            ImageReference.parse(name, context.workingFolder()).open(platform, registries),
            name,
            platform,
            words,
            progress);
      }
    }

    private int image(
        BaseImage image, String name, Platform platform, List<String> words, Progress progress)
        throws UsageException,
            CommandException,
            SessionException,
            IOException,
            InterruptedException {
      Context context = container.context();
      List<String> command = command(container.arguments(), image, words);
      Kernel kernel = context.kernel().get();
      Overlays overlays = new Overlays(kernel.mounts(), container.scratch());
      Store store = stores.get();
      BaseLayers layers = new BaseLayers(store, overlays, kernel);
      Snapshot snapshot = layers.unpack(image, platform, progress);
      try (Overlays.Mounted root = overlays.writable(snapshot, store.workFolder("root"))) {
        List<ContainerSpec.Bind> shown =
            twins.show(
                stores,
                root.root(),
                () -> SiblingImage.of(image, layers, overlays, progress),
                container.isOnline());
        return container.run(runtime, of(image, name, root.root()), shown, command);
      }
    }
  }

  private static RunTwins twins(
      Arguments arguments, Optional<RunContainer.Root> folder, Platform platform, Context context)
      throws UsageException, IOException {
    Optional<Guest> guest = Optional.empty();
    if (Acceleration.isWanted(arguments)) {
      guest =
          folder.isPresent()
              ? RootTwins.foreign(folder.get().folder())
              : RootTwins.foreign(platform);
    }
    return new RunTwins(
        guest,
        Acceleration.mode(arguments),
        context,
        // The streams are the program's.
        arguments.has(CommandSpec.VERBOSE)
            ? text -> context.err().println("anyarch run: " + text)
            : _ -> {});
  }

  private static RunContainer.Root folder(
      String rootfs, Optional<List<Platform>> platforms, Context context)
      throws UsageException, IOException {
    Path root = context.workingFolder().resolve(rootfs);
    if (!Files.isDirectory(root)) {
      throw new UsageException(
          "--rootfs " + rootfs + " is not a folder; name one with a root in it");
    }
    boolean narrow = platforms.isPresent() && isNarrow(platforms.get().getFirst());
    return new RunContainer.Root(rootfs, root.toRealPath(), ExecutionParameters.NONE, narrow);
  }

  private static RunContainer.Root of(BaseImage image, String name, Path root) {
    return new RunContainer.Root(
        name, root, image.config().parameters(), isNarrow(image.config().platform()));
  }

  private static boolean isNarrow(Platform platform) {
    return Guest.of(platform).filter(g -> g.isNarrowSiblingOf(Platform.host())).isPresent();
  }

  private static List<String> command(Arguments arguments, BaseImage image, List<String> given)
      throws UsageException {
    List<String> command = new ArrayList<>();
    if (arguments.has(ENTRYPOINT)) {
      command.add(arguments.value(ENTRYPOINT).orElseThrow());
      command.addAll(given);
    } else {
      command.addAll(image.config().parameters().entrypoint());
      command.addAll(given.isEmpty() ? image.config().parameters().cmd() : given);
    }
    if (command.isEmpty()) {
      throw new UsageException("the image has neither ENTRYPOINT nor CMD; name a command");
    }
    return command;
  }
}
