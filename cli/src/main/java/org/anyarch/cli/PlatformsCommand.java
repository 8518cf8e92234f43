package org.anyarch.cli;

import java.util.List;
import org.anyarch.platform.Guest;
import org.anyarch.platform.Platform;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `anyarch platforms`: the table of guests.
final class PlatformsCommand implements Command {
  @Override
  public CommandSpec spec() {
    return new CommandSpec(
        "platforms",
        "list every architecture that can be emulated, with its names",
        "",
        """
        Lists the guests that QEMU's user-mode emulation knows, and what each is called by OCI images, by uname -m and by
        Debian. Each of these names is understood wherever a platform is asked for. One that stands in several rows, as
        uname's mips does, means the row that QEMU calls so.""",
        List.of(CommandSpec.JSON),
        false,
        List.of());
  }

  @Override
  public int run(Arguments arguments, Context context) throws UsageException {
    if (!arguments.operands().isEmpty()) {
      throw new UsageException("takes no operand: " + arguments.operands().getFirst());
    }
    Platform host = Platform.host();
    if (arguments.has(CommandSpec.JSON)) {
      context.out().println(json(host));
      return ExitCode.DONE;
    }
    context.out().println(row("PLATFORM", "QEMU", "UNAME -M", "DEBIAN", ""));
    for (Guest guest : Guest.all()) {
      context
          .out()
          .println(
              row(
                  guest.platform().map(Platform::toString).orElse("-"),
                  guest.qemu(),
                  guest.uname(),
                  guest.debian().isEmpty() ? "-" : guest.debian(),
                  guest.nativeOn(host) ? "this machine" : ""));
    }
    return ExitCode.DONE;
  }

  private static String json(Platform host) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    for (Guest guest : Guest.all()) {
      ObjectNode node = list.addObject().put("qemu", guest.qemu()).put("uname", guest.uname());
      guest.platform().ifPresent(p -> node.put("platform", p.toString()));
      if (!guest.debian().isEmpty()) {
        node.put("debian", guest.debian());
      }
      node.put("triplet", guest.triplet());
      node.put("native", guest.nativeOn(host));
    }
    return list.toPrettyString();
  }

  private static String row(
      String platform, String qemu, String uname, String debian, String note) {
    return "%-18s %-14s %-14s %-10s %s"
        .formatted(platform, qemu, uname, debian, note)
        .stripTrailing();
  }
}
