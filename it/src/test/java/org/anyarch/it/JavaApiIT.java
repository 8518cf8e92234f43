package org.anyarch.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.anyarch.platform.Platform;
import org.junit.jupiter.api.Test;

/// The example of how Java programs build, as its README says it is run.
final class JavaApiIT {
  @Test
  void theExampleBuildsInASession() throws IOException, InterruptedException {
    Actor actor = Machine.root();
    Images.base(actor, List.of("linux/s390x"));
    actor.write(
        "app/Containerfile",
        """
        FROM base
        ARG WORD
        RUN echo "$WORD $(uname -m)" > /said
        ENTRYPOINT ["/bin/cat", "/said"]
        """);

    Outcome built =
        inSession(
            actor,
            "linux/s390x",
            Machine.tree().resolve("examples/java/BuildImage.java"),
            "app",
            "base",
            "linux/s390x",
            "layout");

    assertThat(built.status()).as("%s", built).isZero();
    assertThat(built.out()).contains("RUN echo", "done in").containsPattern("sha256:[0-9a-f]{64}");
    assertThat(actor.anyarch("run", "--platform", "linux/s390x", "oci:layout").out())
        .isEqualTo("from Java s390x\n");
  }

  /// Interrupted once before, once while a step runs; nothing stays mounted for the third.
  @Test
  void anInterruptEndsABuildAndTheNextOneWorks() throws IOException, InterruptedException {
    Actor actor = Machine.root();
    String platform = Platform.host().toString();
    Images.base(actor, List.of(platform));
    Path program =
        actor.write(
            "Interrupted.java",
            """
            import java.nio.file.*;
            import org.anyarch.build.*;
            import org.anyarch.kernel.linux.LinuxKernel;

            void main() throws Exception {
              Thread me = Thread.currentThread();
              me.interrupt();
              build("true");
              build("echo up; sleep 1000");
              build("true");
              for (String line : Files.readAllLines(Path.of("/proc/mounts"))) {
                if (line.contains("cache/run")) {
                  IO.println("left: " + line);
                }
              }
            }

            void build(String command) throws Exception {
              Thread me = Thread.currentThread();
              Progress progress =
                  new Progress() {
                    @Override
                    public Step begin(Place place) {
                      return new Step() {
                        @Override
                        public void output(String line) {
                          me.interrupt();
                        }

                        @Override
                        public void stopped(java.time.Duration elapsed) {
                          IO.println("stopped");
                        }
                      };
                    }
                  };
              Path here = Path.of("").toAbsolutePath();
              try {
                Build.of(here)
                    .containerfile("FROM base\\nRUN " + command + "\\n")
                    .context("base", ImageReference.parse("oci-layout://base", here))
                    .output(here.resolve("out"))
                    .run(here.resolve("cache"), LinuxKernel.create(), progress);
                IO.println("built");
              } catch (InterruptedException e) {
                IO.println("interrupted, flag " + me.isInterrupted());
              }
            }
            """);

    Outcome outcome = inSession(actor, platform, program);

    assertThat(outcome.out().lines())
        .as("%s", outcome)
        .containsExactly("interrupted, flag false", "stopped", "interrupted, flag false", "built");
  }

  private static Outcome inSession(Actor actor, String platform, Path program, String... arguments)
      throws IOException, InterruptedException {
    Path home = Machine.anyarch().getParent().getParent();
    List<String> command =
        new ArrayList<>(
            List.of(
                Machine.anyarch().toString(),
                "exec",
                "--platform",
                platform,
                "--",
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--class-path",
                home.resolve("lib") + "/*",
                program.toString()));
    command.addAll(List.of(arguments));
    return Processes.run(
        actor.folder(),
        Map.of(
            "ANYARCH_HOME", actor.folder().resolve("home").toString(),
            "ANYARCH_EMULATORS", Machine.emulators().toString()),
        "",
        command);
  }
}
