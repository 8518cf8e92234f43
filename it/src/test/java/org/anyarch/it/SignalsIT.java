package org.anyarch.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Signals and descriptors between the caller and the program, as if nothing stood between them.
/// The callers are small Python programs: a JVM can neither make a process group nor a terminal.
final class SignalsIT {
  /// Counts the signals it gets until its standard input ends.
  private static final String COUNTER =
      """
      import collections, signal, sys
      counts = collections.Counter()
      for number in (1, 15, 10, 12, 28):
          signal.signal(number, lambda n, frame: counts.update([n]))
      print("ready", flush=True)
      sys.stdin.read()
      print(*(counts[n] for n in (1, 15, 10, 12, 28)), flush=True)
      """;

  static List<Actor> actors() {
    return Machine.actors();
  }

  private static Outcome python(Actor actor, String program)
      throws IOException, InterruptedException {
    Path file = actor.write("caller.py", program);
    actor.write("counter.py", COUNTER);
    return Processes.run(
        actor.folder(),
        actor.environment(Map.of()),
        "",
        actor.as(Map.of(), List.of("python3", file.toString(), Machine.anyarch().toString())));
  }

  /// The pauses keep the kernel from joining two pending signals of one number to one.
  @ParameterizedTest
  @MethodSource("actors")
  void aSignalArrivesOnceWhetherForTheProcessOrItsGroup(Actor actor)
      throws IOException, InterruptedException {
    Outcome outcome =
        python(
            actor,
            """
            import os, subprocess, sys, time
            for send in (os.kill, os.killpg):
                child = subprocess.Popen([sys.argv[1], "exec", "--platform", "linux/arm64", "--", "python3", "counter.py"],
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)
                assert child.stdout.readline() == b"ready\\n"
                for number in (1, 15, 10, 12, 28):
                    send(child.pid, number)
                    time.sleep(0.05)
                child.stdin.close()
                sys.stdout.write(child.stdout.read().decode())
                child.wait()
            """);

    assertThat(outcome.out()).as("%s", outcome).isEqualTo("1 1 1 1 1\n1 1 1 1 1\n");
  }

  @ParameterizedTest
  @MethodSource("actors")
  void theEndOfTheTerminalEndsTheProgram(Actor actor) throws IOException, InterruptedException {
    Outcome outcome =
        python(
            actor,
            """
            import os, pty, sys
            child, terminal = pty.fork()
            if child == 0:
                os.execv(sys.argv[1], [sys.argv[1], "exec", "--", "sh", "-c", "echo ready; exec sleep 1000"])
            while b"ready" not in os.read(terminal, 1000):
                pass
            os.close(terminal)
            print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
            """);

    assertThat(outcome.out()).as("%s", outcome).isEqualTo("-1\n");
  }

  @Test
  void whatTheProgramClosesIsClosed() throws IOException, InterruptedException {
    Outcome outcome =
        python(
            Machine.user(),
            """
            import subprocess, sys
            child = subprocess.Popen([sys.argv[1], "exec", "--", "sh", "-c", "exec >&-; read wait; exit 7"],
                                     stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            print(child.stdout.read())
            child.stdin.close()
            print(child.wait())
            """);

    assertThat(outcome.out()).as("%s", outcome).isEqualTo("b''\n7\n");
  }

  @Test
  void aProgramThatStopsItselfIsAStoppedJob() throws IOException, InterruptedException {
    Outcome outcome =
        python(
            Machine.user(),
            """
            import os, signal, subprocess, sys
            child = subprocess.Popen([sys.argv[1], "exec", "--", "sh", "-c", "kill -STOP $$; exit 5"],
                                     start_new_session=True)
            print(os.WIFSTOPPED(os.waitpid(child.pid, os.WUNTRACED)[1]), flush=True)
            os.killpg(child.pid, signal.SIGCONT)
            print(child.wait())
            """);

    assertThat(outcome.out()).as("%s", outcome).isEqualTo("True\n5\n");
  }

  @Test
  void aTimerOfTheCallerIsTheProgramsToo() throws IOException, InterruptedException {
    Outcome outcome =
        python(
            Machine.user(),
            """
            import os, signal, sys
            child = os.fork()
            if child == 0:
                signal.alarm(2)
                os.execv(sys.argv[1], [sys.argv[1], "exec", "--", "sleep", "1000"])
            print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
            """);

    assertThat(outcome.out()).as("%s", outcome).isEqualTo("-14\n");
  }

  @Test
  void aFolderThatIsGoneAndStreamsThatAreClosedAreNoObstacle()
      throws IOException, InterruptedException {
    Actor actor = Machine.user();
    Files.createDirectory(actor.folder().resolve("gone"));
    actor.give(actor.folder());
    String exec = Machine.anyarch() + " exec --platform arm64 -- ";
    Outcome outcome =
        Processes.run(
            actor.folder(),
            actor.environment(Map.of()),
            "",
            actor.as(
                Map.of(),
                List.of(
                    "sh",
                    "-c",
                    exec
                        + "readlink /proc/self/fd/0 <&-; cd gone && rmdir ../gone && "
                        + exec
                        + "echo here; "
                        + exec
                        + "sh -c 'ls /proc/self/fd | wc -l' <&1")));

    assertThat(outcome.out().lines().map(String::strip))
        .as("%s", outcome)
        .containsExactly("/dev/null", "here", "4");
  }

  @ParameterizedTest
  @MethodSource("actors")
  void runEndsWithItsProgramAndPassesSignalsOn(Actor actor)
      throws IOException, InterruptedException {
    Path root = Files.createDirectory(actor.folder().resolve("root"));
    Processes.must(
        root, "tar", "-xf", Machine.roots().resolve("s390x.tar").toString(), "--no-same-owner");
    actor.give(root);

    Outcome outcome =
        python(
            actor,
            """
            import os, pty, subprocess, sys
            run = [sys.argv[1], "run", "--rootfs", "root", "/bin/busybox", "sh", "-c"]
            print(subprocess.run(run + ["sleep 100000 & exit 3"]).returncode, flush=True)
            child = subprocess.Popen(run + ["echo ready; exec sleep 100000"], stdout=subprocess.PIPE)
            child.stdout.readline()
            child.terminate()
            print(child.wait(), flush=True)
            child, terminal = pty.fork()
            if child == 0:
                os.execv(run[0], run + ["echo ready; exec sleep 100000"])
            while b"ready" not in os.read(terminal, 1000):
                pass
            os.write(terminal, b"\\x03")
            print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
            """);

    assertThat(outcome.out()).as("%s", outcome).isEqualTo("3\n143\n130\n");
  }
}
