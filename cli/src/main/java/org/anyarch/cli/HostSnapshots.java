package org.anyarch.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.anyarch.host.Ground;
import org.anyarch.host.Grounds;
import org.anyarch.host.HandlerSnapshot;
import org.anyarch.host.HostException;
import org.anyarch.host.Restoration;

/// `anyarch host snapshot` and `restore`.
final class HostSnapshots {
  private HostSnapshots() {}

  static int save(Arguments arguments, List<String> operands, Context context)
      throws UsageException, CommandException, HostException, IOException {
    if (operands.size() > 1) {
      throw new UsageException("snapshot takes one file, or none for standard output");
    }
    Grounds grounds = HostOptions.grounds(arguments, context);
    Ground ground = grounds.any();
    try {
      HandlerSnapshot snapshot = HandlerSnapshot.of(ground.instance().entries());
      for (String name : snapshot.lost()) {
        context
            .err()
            .println(
                "anyarch: "
                    + HostList.shown(name)
                    + " cannot be written down: its kind is of a newer kernel");
      }
      if (operands.isEmpty()) {
        context.out().print(snapshot.text());
      } else {
        snapshot.write(context.workingFolder().resolve(operands.getFirst()));
      }
      return snapshot.lost().isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
    } finally {
      grounds.leave(ground);
    }
  }

  static int restore(Arguments arguments, List<String> operands, Context context)
      throws UsageException, CommandException, HostException, IOException, InterruptedException {
    if (operands.size() != 1) {
      throw new UsageException("restore takes the file that snapshot wrote");
    }
    Path file = context.workingFolder().resolve(operands.getFirst());
    HandlerSnapshot snapshot =
        HandlerSnapshot.parse(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
    Restoration restoration =
        new Restoration(context.kernel(), HostOptions.grounds(arguments, context));
    List<String> done =
        arguments.has(HostOptions.DRY_RUN)
            ? restoration.foresee(snapshot)
            : restoration.restore(snapshot, HostOptions.folder(arguments));
    done.forEach(line -> context.out().println(HostList.shown(line)));
    return ExitCode.DONE;
  }
}
