package org.anyarch.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
    Path home = Machine.anyarch().getParent().getParent();

    Outcome built =
        Processes.run(
            actor.folder(),
            Map.of(
                "ANYARCH_HOME", actor.folder().resolve("home").toString(),
                "ANYARCH_EMULATORS", Machine.emulators().toString()),
            "",
            List.of(
                Machine.anyarch().toString(),
                "exec",
                "--platform",
                "linux/s390x",
                "--",
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--class-path",
                home.resolve("lib") + "/*",
                Machine.tree().resolve("examples/java/BuildImage.java").toString(),
                "app",
                "base",
                "linux/s390x",
                "layout"));

    assertThat(built.status()).as("%s", built).isZero();
    assertThat(built.out()).contains("RUN echo", "done in").containsPattern("sha256:[0-9a-f]{64}");
    assertThat(actor.anyarch("run", "--platform", "linux/s390x", "oci:layout").out())
        .isEqualTo("from Java s390x\n");
  }
}
