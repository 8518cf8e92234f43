package org.anyarch.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.anyarch.platform.Platform;
import org.junit.jupiter.api.Test;

/// A context of a hundred thousand files.
final class LargeContextIT {
  private static final int FOLDERS = 100;
  private static final int FILES = 1000;
  private static final int MOST_KILOBYTES = 512 << 10;

  /// What the largest of all processes below it had resident, in kilobytes: getrusage(2) of its
  /// children, and theirs.
  private static final String MEASURE =
      """
      import resource, subprocess, sys
      status = subprocess.call(sys.argv[1:])
      print(status, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
      """;

  /// Java would take more on a machine that has more; the machine of the test is told to have much.
  private static Path javaOfALargeMachine(Actor actor) throws IOException {
    Path java = actor.folder().resolve("java");
    Path program = Files.createDirectories(java.resolve("bin")).resolve("java");
    Files.writeString(
        program,
        "#!/bin/sh\nexec "
            + Path.of(System.getProperty("java.home"), "bin", "java")
            + " -XX:MaxRAM=256g \"$@\"\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    for (String name : List.of("lib", "release")) {
      Files.createSymbolicLink(java.resolve(name), Path.of(System.getProperty("java.home"), name));
    }
    return java;
  }

  @Test
  void isBuiltInHalfAGigabyteOnAnyMachine() throws IOException, InterruptedException {
    Actor actor = Machine.root();
    for (int folder = 0; folder < FOLDERS; folder++) {
      Path made = Files.createDirectories(actor.folder().resolve("app/data/" + folder));
      for (int file = 0; file < FILES; file++) {
        Files.writeString(made.resolve("a-file-with-a-name-of-some-length-" + file), "x" + file);
      }
    }
    actor.write("app/Containerfile", "FROM scratch\nCOPY data /data\n");
    Map<String, String> environment =
        actor.environment(Map.of("ANYARCH_JAVA_HOME", javaOfALargeMachine(actor).toString()));
    List<String> command = new ArrayList<>(List.of("python3", "-c", MEASURE));
    command.addAll(
        actor.command(
            Map.of(),
            "build",
            "-q",
            "--platform",
            Platform.host().toString(),
            "-o",
            "oci:result",
            "app"));

    for (String cache : List.of("empty", "full")) {
      Outcome outcome = Processes.run(actor.folder(), environment, "", command);
      assertThat(outcome.err()).as(cache).isEmpty();
      String[] last = outcome.out().lines().reduce((_, line) -> line).orElseThrow().split(" ", -1);
      assertThat(last[0]).as("%s", outcome).isEqualTo("0");
      assertThat(Integer.parseInt(last[1])).as(cache).isBetween(30 << 10, MOST_KILOBYTES);
    }
    // It takes long, and other tests go on meanwhile.
    Processes.must(Path.of("/"), "rm", "-r", actor.folder().toString());
  }
}
