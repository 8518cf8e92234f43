package org.anyarch.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.anyarch.binfmt.Flags;
import org.anyarch.emulator.EmulatorException;
import org.anyarch.host.Existing;
import org.anyarch.host.Grounds;
import org.anyarch.host.HostException;
import org.anyarch.host.Persistence;
import org.anyarch.host.Removal;
import org.anyarch.host.Report;
import org.anyarch.host.Request;
import org.anyarch.platform.Guest;

/// The command lines of tonistiigi/binfmt and multiarch/qemu-user-static, so that a pipeline that
/// uses them changes only the image's name. Words and JSON are theirs; the exit status is not: it
/// is 0 only if everything asked for was done.
final class DropIn {
  /// Set in images that stand in for one of those, whose call without arguments asks what works.
  static final String VARIABLE = "ANYARCH_DROP_IN";

  private final Context context;
  private final DropInWords words;
  private int code = ExitCode.DONE;

  private DropIn(Context context, DropInWords words) {
    this.context = context;
    this.words = words;
  }

  /// Whether a command line is one of theirs.
  static boolean means(List<String> arguments, Context context) {
    return arguments.isEmpty()
        ? context.environment().containsKey(VARIABLE)
        : DropInWords.begins(arguments.getFirst());
  }

  static int run(List<String> arguments, Context context) {
    try {
      return new DropIn(context, DropInWords.parse(arguments)).run();
    } catch (UsageException e) {
      context.err().println("anyarch: " + e.getMessage());
      return ExitCode.USAGE;
    } catch (CommandException e) {
      context.err().println("error: " + e.getMessage());
      return e.exitCode();
    } catch (IOException e) {
      context.err().println("error: " + org.anyarch.kernel.Failures.describe(e));
      return ExitCode.FAILED;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCode.INTERRUPTED;
    }
  }

  private int run() throws CommandException, IOException, InterruptedException {
    Grounds grounds = HostOptions.grounds(words.hostRoot(), words.namespace(), context);
    try {
      if (!words.uninstall().isEmpty()) {
        uninstall(grounds, words.uninstall());
      }
      if (!words.install().isEmpty()) {
        install(grounds);
      }
      if (!words.reset()) {
        context.out().println(DropInJson.of(grounds));
      }
    } catch (HostException e) {
      throw HostOptions.failure(e);
    } catch (EmulatorException e) {
      throw new CommandException(ExitCode.FAILED, e.getMessage(), e);
    }
    return code;
  }

  private void uninstall(Grounds grounds, List<String> patterns) throws HostException, IOException {
    List<Removal.Step> steps =
        new Removal(grounds)
            .remove(new Removal.Request(patterns, Request.HOST, Optional.empty(), true, false));
    new Persistence(grounds, HostEmit.version()).refresh(Flags.POCF);
    for (Removal.Step step : steps) {
      boolean left = !step.remove() && !step.sentence().contains("nothing of that");
      if (left) {
        code = ExitCode.FAILED;
      }
      if (!words.reset() || left) {
        String outcome =
            step.remove() ? " OK" : step.sentence().contains("nothing of that") ? " not found" : "";
        context
            .err()
            .println(
                HostList.shown(
                    "uninstalling: "
                        + (outcome.isEmpty() ? step.sentence() : step.name() + outcome)));
      }
    }
  }

  private void install(Grounds grounds)
      throws CommandException, HostException, EmulatorException, IOException, InterruptedException {
    List<Guest> guests = new ArrayList<>();
    boolean all = false;
    for (String name : words.install()) {
      Optional<Guest> guest = Guest.named(name);
      if (name.equals("all")) {
        all = true;
      } else if (guest.isPresent()) {
        guests.add(guest.get());
      } else {
        context.err().println("installing: " + name + " unsupported architecture: " + name);
        code = ExitCode.FAILED;
      }
    }
    if (guests.isEmpty() && !all) {
      return;
    }
    Flags flags = words.credentials() ? Flags.POCF : new Flags(true, false, false, true);
    Report report =
        HostInstall.installation(grounds, context)
            .install(
                new Request(
                    all ? Optional.empty() : Optional.of(guests),
                    flags,
                    Existing.KEEP,
                    Request.HOST,
                    Optional.empty(),
                    false))
            .report();
    for (Report.Result result : report.results()) {
      tell(result);
    }
  }

  private void tell(Report.Result result) {
    String name =
        result.guest().platform().map(p -> p.architecture()).orElse(result.guest().qemu());
    if (!result.verified()) {
      code = ExitCode.FAILED;
      context.err().println(HostList.shown("installing: " + name + " " + result.why()));
    } else if (words.reset()) {
      context
          .out()
          .println(
              "Setting qemu-"
                  + result.guest().qemu()
                  + " as binfmt interpreter for "
                  + result.guest().qemu());
    } else {
      String outcome =
          result.done().equals("kept")
              ? "qemu-" + result.guest().qemu() + " already registered"
              : "OK";
      context.err().println("installing: " + name + " " + outcome);
    }
  }
}
