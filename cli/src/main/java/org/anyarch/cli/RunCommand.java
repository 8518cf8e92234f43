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
import org.anyarch.build.solve.BaseImage;
import org.anyarch.build.solve.BaseLayers;
import org.anyarch.build.solve.Overlays;
import org.anyarch.build.solve.Snapshot;
import org.anyarch.build.solve.Store;
import org.anyarch.cli.progress.PlainProgress;
import org.anyarch.kernel.Kernel;
import org.anyarch.oci.ExecutionParameters;
import org.anyarch.platform.Guest;
import org.anyarch.platform.Platform;
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
        session. IMAGE is an OCI layout: oci:DIR or oci:DIR:TAG. Changes to an image's root are thrown away at the end.
        Unless --network says otherwise the container shares the host's network. Exit status, signals, terminal and
        standard input are the program's.""",
        Stream.of(
                List.of(ForeignPrograms.PLATFORM, ForeignPrograms.HANDLERS, ROOTFS, ENTRYPOINT),
                RunContainer.OPTIONS,
                ContainerOptions.ALL)
            .flatMap(List::stream)
            .toList(),
        true,
        List.of(
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
      throw new UsageException("name an image (oci:DIR[:TAG]) or a root folder (--rootfs DIR)");
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
    Executables programs = ForeignPrograms.prepare(arguments, context, platforms, false).programs();
    Kernel kernel = context.kernel().get();
    Scratch scratch = Scratch.mount(context.madeHome().resolve("run"), kernel.mounts());
    try (LazyStore stores = new LazyStore(context)) {
      RunContainer container =
          RunContainer.of(arguments, scratch.folder(), programs, stores, context);
      OciRuntime.leaveControlGroupsAlone(kernel.mounts());
      OciRuntime runtime =
          OciRuntime.find(context.environment(), scratch.folder().resolve("runtime"));
      if (rootfs.isPresent()) {
        RunContainer.Root root = folder(rootfs.get(), platforms, context);
        return container.run(runtime, root, operands.isEmpty() ? List.of("/bin/sh") : operands);
      }
      Platform platform = platforms.isPresent() ? platforms.get().getFirst() : Platform.host();
      BaseImage image =
          ImageReference.parse(operands.getFirst(), context.workingFolder()).open(platform);
      List<String> command = command(arguments, image, operands.subList(1, operands.size()));
      Overlays overlays = new Overlays(kernel.mounts(), scratch.folder());
      Store store = stores.get();
      Snapshot snapshot =
          new BaseLayers(store, overlays, kernel)
              .unpack(image, platform, new PlainProgress(context.err()));
      try (Overlays.Mounted root = overlays.writable(snapshot, store.workFolder("root"))) {
        return container.run(runtime, of(image, operands.getFirst(), root.root()), command);
      }
    } catch (SessionException e) {
      throw new CommandException(ExitCode.UNSUPPORTED, e.getMessage(), e);
    } catch (BuildException e) {
      throw new CommandException(ExitCode.FAILED, e.getMessage(), e);
    }
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
