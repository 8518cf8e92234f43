package org.anyarch.cli;

import java.io.IOException;
import java.util.List;
import org.anyarch.emulator.EmulatorException;
import org.anyarch.host.HostException;

/// `anyarch host`: handlers for the whole machine.
final class HostCommand implements Command {
  @Override
  public CommandSpec spec() {
    return new CommandSpec(
        "host",
        "install, list, keep and remove handlers for the whole machine",
        """
        install [all | PLATFORM...] | ls | status | uninstall all|PLATFORM|PATTERN... |
                 snapshot [FILE] | restore FILE | keep [all | PLATFORM...] |
                 emit KIND [all | PLATFORM...]""",
        """
        For hosts whose own tools run foreign programs: docker, podman, Kubernetes nodes. build, run and exec need none
        of this. Run it as root on the host or in a privileged container.

        install copies emulators to a folder of the host, registers them in the binfmt_misc that serves the host, runs a
        program of each platform, and fails if one would not work after it has ended. ls lists what is registered,
        status also asks the emulators that are loaded and who holds leases. uninstall removes what anyarch registered.
        snapshot writes all handlers down as a file of binfmt.d, restore brings exactly these back. keep stays, holds
        the handlers where nothing else does, and registers again what others remove. emit shows the files of a lasting set-up:
        KIND is systemd, binfmt.d, update-binfmts, bottlerocket, daemonset, quadlet, github, gitlab, jenkins or selinux.

        Exit status: 0 all that is wanted works, 1 something does not, 2 wrong command line, 3 not possible here.""",
        HostOptions.ALL,
        false,
        List.of(
            new CommandSpec.Example("anyarch host install all", "every platform there is"),
            new CommandSpec.Example(
                "anyarch host install --require linux/arm64 --json arm64 riscv64",
                "for a pipeline that cannot do without arm64"),
            new CommandSpec.Example(
                "anyarch host keep --lease ci all", "in a container that stays"),
            new CommandSpec.Example(
                "anyarch host emit daemonset --image registry.example/anyarch:1 arm64 > anyarch.yaml",
                "for a cluster"),
            new CommandSpec.Example("anyarch host uninstall all", "leave nothing of anyarch's")));
  }

  @Override
  public int run(Arguments arguments, Context context)
      throws UsageException, CommandException, IOException, InterruptedException {
    List<String> operands = arguments.operands();
    String verb = operands.isEmpty() ? "" : operands.getFirst();
    List<String> rest = operands.isEmpty() ? List.of() : operands.subList(1, operands.size());
    HostOptions.check(verb, arguments);
    try {
      return switch (verb) {
        case "install" -> HostInstall.run(arguments, rest, context);
        case "ls" -> HostList.run(arguments, rest, context);
        case "status" -> HostStatus.run(arguments, rest, context);
        case "uninstall" -> HostUninstall.run(arguments, rest, context);
        case "snapshot" -> HostSnapshots.save(arguments, rest, context);
        case "restore" -> HostSnapshots.restore(arguments, rest, context);
        case "keep" -> HostKeep.run(arguments, rest, context);
        case "emit" -> HostEmit.run(arguments, rest, context);
        default ->
            throw new UsageException(
                "say what to do: install, ls, status, uninstall, snapshot, restore, keep or emit");
      };
    } catch (HostException e) {
      throw HostOptions.failure(e);
    } catch (EmulatorException e) {
      throw new CommandException(ExitCode.FAILED, e.getMessage(), e);
    }
  }
}
