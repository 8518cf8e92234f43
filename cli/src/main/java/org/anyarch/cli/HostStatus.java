package org.anyarch.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.anyarch.binfmt.Entry;
import org.anyarch.host.Denials;
import org.anyarch.host.FlagAudit;
import org.anyarch.host.Ground;
import org.anyarch.host.Grounds;
import org.anyarch.host.HostException;
import org.anyarch.host.Inventory;
import org.anyarch.host.State;
import org.anyarch.host.Status;
import org.anyarch.host.Verification;
import org.anyarch.platform.Guest;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `anyarch host status`.
final class HostStatus {
  private HostStatus() {}

  static int run(Arguments arguments, List<String> operands, Context context)
      throws UsageException, CommandException, HostException, IOException, InterruptedException {
    if (!operands.isEmpty()) {
      throw new UsageException("status takes no operand; --require LIST makes it a test");
    }
    Grounds grounds = HostOptions.grounds(arguments, context);
    Ground ground = grounds.any();
    List<Entry> entries;
    Map<String, String> versions;
    try {
      entries = ground.instance().entries();
      versions = Inventory.loaded(entries);
    } finally {
      // What works only as long as this looks at it does not work.
      grounds.leave(ground);
    }
    Map<String, State.Lease> leases =
        Status.leases(grounds.standpoint(), HostOptions.folder(arguments), entries);
    Optional<List<Guest>> required = HostInstall.required(arguments);
    Map<Guest, Verification.Finding> outcomes =
        Status.works(
            grounds.standpoint(),
            required.orElseGet(() -> guests(entries)),
            HostOptions.verification());
    List<String> denials = denials(grounds);
    if (arguments.has(CommandSpec.JSON)) {
      json(grounds, ground, entries, versions, leases, outcomes, denials, context);
    } else {
      context.out().println(grounds.standpoint().sentence() + "; " + ground.way().sentence());
      HostList.print(entries, versions, context.out());
      print(entries, leases, outcomes, context);
      denials.forEach(denial -> context.out().println("SELinux: " + denial));
    }
    boolean lacking = required.isPresent() && outcomes.values().stream().anyMatch(o -> !o.works());
    return lacking ? ExitCode.FAILED : ExitCode.DONE;
  }

  private static List<Guest> guests(List<Entry> entries) {
    List<Guest> guests = new ArrayList<>();
    for (Entry entry : entries) {
      Inventory.guest(entry).filter(g -> !guests.contains(g)).ifPresent(guests::add);
    }
    return guests;
  }

  private static void print(
      List<Entry> entries,
      Map<String, State.Lease> leases,
      Map<Guest, Verification.Finding> outcomes,
      Context context) {
    outcomes.forEach(
        (guest, outcome) -> {
          if (!outcome.works()) {
            context
                .out()
                .println(
                    HostList.shown(
                        HostInstall.name(guest) + " does not work: " + outcome.sentence()));
          }
        });
    Map<String, List<String>> lacking = new LinkedHashMap<>();
    for (Entry entry : entries) {
      if (Inventory.guest(entry).isPresent()) {
        FlagAudit.missing(entry.flags())
            .forEach(s -> lacking.computeIfAbsent(s, _ -> new ArrayList<>()).add(entry.name()));
      }
    }
    lacking.forEach(
        (sentence, names) ->
            context.out().println(HostList.shown(String.join(", ", names)) + ": " + sentence));
    leases.forEach(
        (name, lease) ->
            context
                .out()
                .println(
                    HostList.shown(
                        "lease "
                            + name
                            + " since "
                            + lease.since()
                            + ": "
                            + String.join(", ", lease.guests()))));
  }

  private static void json(
      Grounds grounds,
      Ground ground,
      List<Entry> entries,
      Map<String, String> versions,
      Map<String, State.Lease> leases,
      Map<Guest, Verification.Finding> outcomes,
      List<String> denials,
      Context context) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("place", grounds.standpoint().sentence())
        .put("instance", ground.way().sentence())
        .put("lasts", ground.way().lasts());
    node.set("entries", HostJson.entries(entries, versions));
    ObjectNode all = node.putObject("leases");
    leases.forEach(
        (name, lease) -> {
          ObjectNode one = all.putObject(name).put("since", lease.since());
          lease.guests().forEach(one.putArray("guests")::add);
        });
    ObjectNode platforms = node.putObject("platforms");
    outcomes.forEach(
        (guest, outcome) ->
            platforms
                .putObject(HostInstall.name(guest))
                .put("verified", outcome.works())
                .put("why", outcome.sentence()));
    denials.forEach(node.putArray("denials")::add);
    context.out().println(node.toPrettyString());
  }

  /// Where SELinux is switched on.
  private static List<String> denials(Grounds grounds) throws IOException, InterruptedException {
    if (!Files.exists(Path.of("/sys/fs/selinux/enforce"))) {
      return List.of();
    }
    List<String> denials = Denials.recent(grounds.standpoint().view());
    return denials.isEmpty() ? Denials.kernelLog() : denials;
  }
}
