package org.anyarch.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.anyarch.build.BuildException;
import org.anyarch.build.ImageReference;
import org.anyarch.build.NamedContexts;
import org.anyarch.build.plan.ContextName;

/// The option of `build` that gives names to folders and images.
final class ContextOption {
  static final Option BUILD_CONTEXT =
      Option.many(
          "build-context",
          "NAME=DIR|oci-layout://DIR[:TAG]|docker-image://NAME",
          "a folder or an image for FROM NAME and COPY --from=NAME");

  private static final List<String> SCHEMES =
      List.of("oci:", "oci-layout://", "docker-image://", "docker://");

  private ContextOption() {}

  static NamedContexts of(Arguments arguments, Context context)
      throws UsageException, CommandException, IOException {
    Map<String, ImageReference> images = new HashMap<>();
    Map<String, Path> folders = new HashMap<>();
    for (String text : arguments.values(BUILD_CONTEXT)) {
      int equals = text.indexOf('=');
      if (equals <= 0 || equals == text.length() - 1) {
        throw new UsageException(
            "--build-context " + text + ": say NAME=DIR or NAME=oci-layout://DIR[:TAG]");
      }
      String name = ContextName.of(text.substring(0, equals));
      String place = text.substring(equals + 1);
      // The last one of a name is it, as for docker buildx.
      images.remove(name);
      folders.remove(name);
      if (place.startsWith("oci:") || place.contains("://")) {
        images.put(name, image(name, place, context));
      } else {
        folders.put(name, folder(name, place, context));
      }
    }
    return new NamedContexts(images, folders);
  }

  private static ImageReference image(String name, String place, Context context)
      throws UsageException {
    try {
      if (SCHEMES.stream().anyMatch(place::startsWith)) {
        return ImageReference.parse(place, context.workingFolder());
      }
    } catch (BuildException e) {
      throw new UsageException("--build-context " + name + "=" + place + ": " + e.getMessage());
    }
    throw new UsageException(
        "--build-context "
            + name
            + "="
            + place
            + ": only folders and images can be named; say "
            + name
            + "=DIR, oci-layout://DIR[:TAG] or docker-image://NAME");
  }

  private static Path folder(String name, String place, Context context)
      throws CommandException, IOException {
    Path folder = context.workingFolder().resolve(place);
    if (!Files.isDirectory(folder)) {
      throw new CommandException(
          ExitCode.FAILED, "the context " + name + "=" + place + " is not a folder", null);
    }
    return folder.toRealPath();
  }
}
