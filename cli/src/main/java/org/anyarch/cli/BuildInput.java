package org.anyarch.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.anyarch.build.BuildRequest;
import org.anyarch.kernel.Failures;
import org.anyarch.kernel.Kernel;
import org.anyarch.oci.OciException;
import org.anyarch.oci.Owner;
import org.anyarch.oci.TarExtractor;

/// Finds what a build reads: the folder of its context, and the text of its Containerfile.
final class BuildInput {
  private static final String STANDARD_INPUT = "-";

  private BuildInput() {}

  /// A folder for what comes from standard input, made when it is asked for.
  interface Folder {
    Path make() throws IOException, CommandException;
  }

  /// @param operand a folder, or `-` for standard input
  /// @param named the value of --file, if it was given
  static BuildRequest.Input read(
      String operand, Optional<String> named, Context context, Folder folder)
      throws UsageException, CommandException, IOException {
    boolean fileFromInput = named.equals(Optional.of(STANDARD_INPUT));
    if (operand.equals(STANDARD_INPUT)) {
      if (fileFromInput) {
        throw new UsageException(
            "standard input cannot be both the context (-) and the Containerfile (-f -)");
      }
      return fromInput(named, context, folder);
    }
    Path root = context.workingFolder().resolve(operand);
    if (!Files.isDirectory(root)) {
      throw new CommandException(
          ExitCode.FAILED, "the context " + operand + " is not a folder", null);
    }
    if (fileFromInput) {
      String text = text(context.in().readAllBytes(), "standard input");
      return new BuildRequest.Input(
          root.toRealPath(), text, "Containerfile", root.resolve("Containerfile.dockerignore"));
    }
    Path file =
        named.isPresent()
            ? context.workingFolder().resolve(named.get())
            : containerfile(root, operand);
    return of(root, file);
  }

  private static BuildRequest.Input of(Path root, Path file) throws CommandException, IOException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new CommandException(
          ExitCode.FAILED,
          "cannot read the Containerfile "
              + (Files.isDirectory(file) ? file + ": it is a folder" : Failures.describe(e))
              + "; name one with -f, from the current folder and not from the context",
          e);
    }
    return new BuildRequest.Input(
        root.toRealPath(),
        text(bytes, file.toString()),
        file.getFileName().toString(),
        file.resolveSibling(file.getFileName() + ".dockerignore"));
  }

  private static String text(byte[] bytes, String what) throws CommandException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new CommandException(ExitCode.FAILED, what + " is not UTF-8 text", e);
    }
  }

  /// An archive is the whole context; anything else is the Containerfile of a build without one.
  private static BuildRequest.Input fromInput(
      Optional<String> named, Context context, Folder folder)
      throws UsageException, CommandException, IOException {
    Path made = folder.make();
    Path spooled = made.resolve("input");
    try (InputStream in = context.in()) {
      Files.copy(in, spooled);
    }
    Path root = Files.createDirectory(made.resolve("context"));
    try {
      if (TarExtractor.isArchive(spooled)) {
        Kernel kernel = context.kernel().get();
        new TarExtractor(
                kernel.nodes(),
                kernel.xattrs(),
                warning -> context.err().println("standard input: " + warning))
            .extract(spooled, root, "/", owner(made));
        Files.delete(spooled);
        return of(
            root,
            named.isPresent()
                ? inside(root, named.get())
                : containerfile(root, "the context from standard input"));
      }
    } catch (OciException e) {
      throw new CommandException(
          ExitCode.FAILED, "cannot unpack the context from standard input: " + e.getMessage(), e);
    }
    if (named.isPresent()) {
      throw new UsageException(
          "standard input is no archive, so it is the Containerfile itself; leave out -f "
              + named.get());
    }
    String text = text(Files.readAllBytes(spooled), "standard input");
    Files.delete(spooled);
    return new BuildRequest.Input(
        root.toRealPath(), text, "Containerfile", root.resolve("Containerfile.dockerignore"));
  }

  /// Whom the unpacked files belong to: root, as in any context. Without a session an ordinary user
  /// can make files of their own only, which is enough to look at a Containerfile.
  private static Owner owner(Path made) throws IOException {
    int user = (Integer) Files.getAttribute(made, "unix:uid");
    return user == 0
        ? new Owner(0, 0)
        : new Owner(user, (Integer) Files.getAttribute(made, "unix:gid"));
  }

  /// With a context from standard input, --file is a path in it.
  private static Path inside(Path root, String name) throws CommandException, IOException {
    Path file = root.resolve(name).normalize();
    if (!file.startsWith(root)
        || !Files.exists(file)
        || !file.toRealPath().startsWith(root.toRealPath())) {
      throw new CommandException(
          ExitCode.FAILED, "there is no " + name + " in the context from standard input", null);
    }
    return file;
  }

  private static Path containerfile(Path folder, String called) throws CommandException {
    for (String name : List.of("Containerfile", "Dockerfile")) {
      if (Files.exists(folder.resolve(name))) {
        return folder.resolve(name);
      }
    }
    throw new CommandException(
        ExitCode.FAILED,
        "no Containerfile or Dockerfile in " + called + "; name one with -f",
        null);
  }
}
