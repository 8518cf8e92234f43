package org.anyarch.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.anyarch.host.HostFolder;
import org.anyarch.host.emit.Emission;
import org.anyarch.host.emit.EmitException;
import org.anyarch.host.emit.EmitRequest;
import org.anyarch.host.emit.Emitter;
import org.anyarch.host.emit.Emitters;
import org.anyarch.host.emit.PolicyNames;
import org.anyarch.platform.Guest;
import org.anyarch.platform.Platform;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `anyarch host emit`: set-ups that last, as files. Touches no host.
final class HostEmit {
  private HostEmit() {}

  static int run(Arguments arguments, List<String> operands, Context context)
      throws UsageException, CommandException, IOException {
    if (operands.isEmpty()) {
      throw new UsageException("say what to emit: " + kinds());
    }
    List<Emission> emissions;
    try {
      emissions = Emitters.emit(operands.getFirst(), request(arguments, operands));
      if (arguments.has(HostOptions.OUTPUT)) {
        Path root = context.workingFolder().resolve(arguments.value(HostOptions.OUTPUT).orElse(""));
        for (Emission emission : emissions) {
          emission.write(root);
        }
      }
    } catch (EmitException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
    if (arguments.has(CommandSpec.JSON)) {
      context.out().println(json(emissions));
    } else {
      emissions.forEach(e -> print(e, !arguments.has(HostOptions.OUTPUT), context));
    }
    return ExitCode.DONE;
  }

  static String kinds() {
    return String.join(", ", Emitters.all().stream().map(Emitter::name).toList());
  }

  private static EmitRequest request(Arguments arguments, List<String> operands)
      throws UsageException {
    Optional<List<Guest>> wanted = HostOptions.guests(operands.subList(1, operands.size()));
    List<Guest> guests =
        wanted.orElseGet(
            () ->
                Guest.all().stream()
                    .filter(g -> g.platform().isPresent() && !g.nativeOn(Platform.host()))
                    .filter(g -> !g.isNarrowSiblingOf(Platform.host()))
                    .toList());
    String folder = HostOptions.folder(arguments).orElse(HostFolder.USUAL);
    return EmitRequest.of(guests, version())
        .withFlags(HostOptions.flags(arguments))
        .withFolder(Path.of(folder, "emulators"))
        .withImage(arguments.value(HostOptions.IMAGE).orElse(""))
        .withBootstrapCommand(arguments.has(HostOptions.BOOTSTRAP_COMMAND))
        .withSelinux(policy(arguments));
  }

  /// As it may stand in files of any kind.
  static String version() {
    return Version.text().replaceAll("[^0-9A-Za-z._+~-]", "");
  }

  private static PolicyNames policy(Arguments arguments) throws UsageException {
    String name = arguments.value(HostOptions.POLICY).orElse("container-selinux");
    return switch (name) {
      case "container-selinux" -> PolicyNames.CONTAINER_SELINUX;
      case "bottlerocket" -> PolicyNames.BOTTLEROCKET;
      default ->
          throw new UsageException("--policy " + name + ": container-selinux or bottlerocket");
    };
  }

  private static void print(Emission emission, boolean whole, Context context) {
    context.out().println("# " + emission.path());
    if (whole) {
      context.out().print(emission.content());
    }
    emission.how().forEach(line -> context.out().println("# -> " + line));
  }

  private static String json(List<Emission> emissions) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    for (Emission emission : emissions) {
      ObjectNode node =
          list.addObject()
              .put("path", emission.path())
              .put("mode", "%04o".formatted(emission.mode()))
              .put("content", emission.content());
      emission.how().forEach(node.putArray("how")::add);
    }
    return list.toPrettyString();
  }
}
