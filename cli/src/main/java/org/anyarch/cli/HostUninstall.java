package org.anyarch.cli;

import java.io.IOException;
import java.util.List;
import org.anyarch.binfmt.Flags;
import org.anyarch.host.Grounds;
import org.anyarch.host.HostException;
import org.anyarch.host.Persistence;
import org.anyarch.host.Removal;

/// `anyarch host uninstall`.
final class HostUninstall {
  private HostUninstall() {}

  static int run(Arguments arguments, List<String> operands, Context context)
      throws UsageException, CommandException, HostException, IOException {
    if (operands.isEmpty()) {
      throw new UsageException("say what to remove: all, a platform, or a pattern like 'qemu-*'");
    }
    List<String> patterns = operands.stream().flatMap(o -> List.of(o.split(",")).stream()).toList();
    Removal.Request request =
        new Removal.Request(
            patterns,
            HostOptions.lease(arguments),
            HostOptions.folder(arguments),
            arguments.has(HostOptions.FOREIGN),
            arguments.has(HostOptions.FORCE));
    Grounds grounds = HostOptions.grounds(arguments, context);
    Removal removal = new Removal(grounds);
    List<Removal.Step> steps =
        arguments.has(HostOptions.DRY_RUN) ? removal.foresee(request) : removal.remove(request);
    steps.forEach(step -> context.out().println(HostList.shown(step.sentence())));
    if (!arguments.has(HostOptions.DRY_RUN)) {
      new Persistence(grounds, HostEmit.version())
          .refresh(Flags.POCF)
          .forEach(context.out()::println);
    }
    return steps.stream().anyMatch(Removal.Step::refused) ? ExitCode.FAILED : ExitCode.DONE;
  }
}
