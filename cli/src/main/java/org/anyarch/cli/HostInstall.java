package org.anyarch.cli;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.anyarch.emulator.EmulatorException;
import org.anyarch.host.Grounds;
import org.anyarch.host.HostException;
import org.anyarch.host.Installation;
import org.anyarch.host.Persistence;
import org.anyarch.host.Report;
import org.anyarch.host.Request;
import org.anyarch.host.SelinuxLabels;
import org.anyarch.platform.Guest;
import org.anyarch.platform.Platform;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `anyarch host install`.
final class HostInstall {
  private HostInstall() {}

  static int run(Arguments arguments, List<String> operands, Context context)
      throws UsageException,
          CommandException,
          HostException,
          EmulatorException,
          IOException,
          InterruptedException {
    if (arguments.has(HostOptions.KEEP) && !arguments.has(HostOptions.DRY_RUN)) {
      if (arguments.has(CommandSpec.JSON)) {
        throw new UsageException("--json and --keep do not go together; --ready tells a script");
      }
      if (arguments.has(HostOptions.PERSIST)) {
        throw new UsageException("--persist and --keep do not go together; say one");
      }
      return HostKeep.run(arguments, operands, context);
    }
    Optional<List<Guest>> required = required(arguments);
    Grounds grounds = HostOptions.grounds(arguments, context);
    Installation installation = installation(grounds, context);
    Request request = request(arguments, operands, false);
    if (arguments.has(HostOptions.DRY_RUN)) {
      plan(installation.foresee(request), arguments, context);
      return ExitCode.DONE;
    }
    Report report = installation.install(request).report();
    Persistence persistence = new Persistence(grounds, HostEmit.version());
    Optional<HostException> notPersistent = Optional.empty();
    try {
      report =
          report.withNotes(
              arguments.has(HostOptions.PERSIST)
                  ? persistence.write(request.flags())
                  : persistence.refresh(request.flags()));
    } catch (HostException e) {
      notPersistent = Optional.of(e);
    }
    if (arguments.has(CommandSpec.JSON)) {
      context.out().println(json(report, required));
    } else {
      print(report, context);
    }
    if (notPersistent.isPresent()) {
      throw notPersistent.get();
    }
    return works(report, required) ? ExitCode.DONE : ExitCode.FAILED;
  }

  static Installation installation(Grounds grounds, Context context) throws CommandException {
    return new Installation(
        context.kernel(),
        grounds,
        ForeignPrograms.emulators(context),
        HostOptions.verification(),
        SelinuxLabels::judge);
  }

  static Request request(Arguments arguments, List<String> operands, boolean resident)
      throws UsageException {
    return new Request(
        HostOptions.guests(operands),
        HostOptions.flags(arguments),
        HostOptions.existing(arguments),
        HostOptions.lease(arguments),
        HostOptions.folder(arguments),
        resident);
  }

  static Optional<List<Guest>> required(Arguments arguments) throws UsageException {
    Optional<String> list = arguments.value(HostOptions.REQUIRE);
    return list.isEmpty() ? Optional.empty() : HostOptions.guests(List.of(list.get()));
  }

  static boolean works(Report report, Optional<List<Guest>> required) {
    return report.works(
        required.orElseGet(() -> report.results().stream().map(Report.Result::guest).toList()));
  }

  private static void plan(List<String> sentences, Arguments arguments, Context context) {
    if (arguments.has(CommandSpec.JSON)) {
      ObjectNode node = JsonNodeFactory.instance.objectNode();
      sentences.forEach(node.putArray("plan")::add);
      context.out().println(node.toPrettyString());
    } else {
      sentences.forEach(sentence -> context.out().println(HostList.shown(sentence)));
    }
  }

  static void print(Report report, Context context) {
    context.out().println(report.place() + "; " + report.instance());
    for (Report.Result result : report.results()) {
      context
          .out()
          .println(
              "%-18s %-10s %-9s %s"
                  .formatted(
                      name(result.guest()),
                      result.done(),
                      result.verified() ? "works" : "does not",
                      HostList.shown(result.why())));
    }
    report.notes().forEach(note -> context.err().println("anyarch: " + note));
  }

  static String name(Guest guest) {
    return guest.platform().map(Platform::toString).orElse(guest.qemu());
  }

  static String json(Report report, Optional<List<Guest>> required) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("ok", works(report, required))
        .put("place", report.place())
        .put("instance", report.instance())
        .put("lasts", report.lasts());
    ArrayNode platforms = node.putArray("platforms");
    for (Report.Result result : report.results()) {
      platforms
          .addObject()
          .put("platform", name(result.guest()))
          .put("qemu", result.guest().qemu())
          .put("wanted", true)
          .put("done", result.done())
          .put("registered", result.registered())
          .put("verified", result.verified())
          .put("why", result.why());
    }
    report.notes().forEach(node.putArray("notes")::add);
    return node.toPrettyString();
  }
}
