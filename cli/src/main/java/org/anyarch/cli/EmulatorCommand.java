package org.anyarch.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.anyarch.emulator.Emulator;
import org.anyarch.emulator.EmulatorException;
import org.anyarch.emulator.Emulators;
import org.anyarch.platform.Guest;
import org.anyarch.platform.Platform;
import org.anyarch.platform.PlatformException;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `anyarch emulator ls|fetch|path`.
final class EmulatorCommand implements Command {
  @Override
  public CommandSpec spec() {
    return new CommandSpec(
        "emulator",
        "list, fetch or locate the emulators",
        "ls | fetch | path PLATFORM",
        """
        ls lists the emulators that are usable on this machine, with version and place, and those that are not, with the
        reason. fetch gets them from the distribution's archive through the configured apt sources, without root,
        checked against the archive's signed index, and mends what was fetched before and is damaged. path prints where
        the emulator of one platform is. build, run and exec use the same ones, and fetch by themselves what they lack.""",
        List.of(CommandSpec.JSON),
        false,
        List.of(
            new CommandSpec.Example("anyarch emulator ls", "what is there"),
            new CommandSpec.Example("anyarch emulator path linux/arm64", "for a script")));
  }

  @Override
  public int run(Arguments arguments, Context context)
      throws UsageException, CommandException, IOException, InterruptedException {
    List<String> operands = arguments.operands();
    String verb = operands.isEmpty() ? "" : operands.getFirst();
    int wanted = verb.equals("path") ? 2 : 1;
    if (!List.of("ls", "fetch", "path").contains(verb) || operands.size() != wanted) {
      throw new UsageException("say what to do: ls, fetch or path PLATFORM");
    }
    Emulators emulators = ForeignPrograms.emulators(context);
    try {
      switch (verb) {
        case "ls" -> list(emulators, arguments.has(CommandSpec.JSON), context);
        case "fetch" -> {
          emulators.fetch();
          list(emulators, arguments.has(CommandSpec.JSON), context);
        }
        default -> {
          Emulator emulator = emulators.forGuest(guest(operands.get(1)));
          context
              .out()
              .println(
                  arguments.has(CommandSpec.JSON)
                      ? json(emulator.guest(), emulator.path()).toPrettyString()
                      : emulator.path());
        }
      }
    } catch (EmulatorException e) {
      throw new CommandException(ExitCode.FAILED, e.getMessage(), e);
    }
    return ExitCode.DONE;
  }

  /// QEMU's own names go first: not every guest has images.
  private static Guest guest(String text) throws UsageException {
    Optional<Guest> named = Guest.named(text);
    if (named.isPresent()) {
      return named.get();
    }
    try {
      return Guest.of(Platform.parse(text)).orElseThrow();
    } catch (PlatformException e) {
      throw new UsageException(e.getMessage() + "; anyarch platforms lists all");
    }
  }

  private static void list(Emulators emulators, boolean json, Context context)
      throws IOException, InterruptedException {
    List<Emulators.Finding> findings = emulators.survey();
    if (json) {
      context.out().println(json(findings));
      return;
    }
    if (!findings.isEmpty()) {
      context.out().println(row("GUEST", "VERSION", "LINKED", "FOR", "PATH"));
    }
    for (Emulators.Finding finding : findings) {
      context
          .out()
          .println(
              row(
                  finding.guest().qemu(),
                  finding.usable() ? finding.version() : "refused",
                  linked(finding),
                  finding.host(),
                  finding.usable() ? finding.path().toString() : finding.objection()));
    }
    if (findings.stream().noneMatch(Emulators.Finding::usable)) {
      context
          .err()
          .println("anyarch: no usable emulator on this machine; anyarch emulator fetch gets them");
    }
  }

  private static String row(String guest, String version, String linked, String host, String path) {
    return "%-14s %-10s %-8s %-10s %s".formatted(guest, version, linked, host, path);
  }

  private static String linked(Emulators.Finding finding) {
    return finding.elf().map(e -> e.isStatic() ? "static" : "dynamic").orElse("");
  }

  private static ObjectNode json(Guest guest, Path path) {
    ObjectNode node =
        JsonNodeFactory.instance
            .objectNode()
            .put("guest", guest.qemu())
            .put("path", path.toString());
    guest.platform().ifPresent(p -> node.put("platform", p.toString()));
    return node;
  }

  private static String json(List<Emulators.Finding> findings) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    for (Emulators.Finding finding : findings) {
      ObjectNode node = json(finding.guest(), finding.path()).put("usable", finding.usable());
      list.add(node);
      finding
          .elf()
          .ifPresent(elf -> node.put("static", elf.isStatic()).put("host", finding.host()));
      if (finding.usable()) {
        node.put("version", finding.version());
      } else {
        node.put("objection", finding.objection());
      }
    }
    return list.toPrettyString();
  }
}
