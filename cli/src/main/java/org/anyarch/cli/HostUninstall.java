package org.anyarch.cli;

import java.io.IOException;
import java.util.List;
import org.anyarch.host.HostException;
import org.anyarch.host.Removal;
import org.anyarch.host.Request;

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
            arguments.value(HostOptions.LEASE).orElse(Request.HOST),
            arguments.value(HostOptions.FOLDER),
            arguments.has(HostOptions.FOREIGN),
            arguments.has(HostOptions.FORCE));
    Removal removal = new Removal(HostOptions.grounds(arguments, context));
    List<Removal.Step> steps =
        arguments.has(HostOptions.DRY_RUN) ? removal.foresee(request) : removal.remove(request);
    steps.forEach(step -> context.out().println(step.sentence()));
    return steps.stream().anyMatch(Removal.Step::refused) ? ExitCode.FAILED : ExitCode.DONE;
  }
}
