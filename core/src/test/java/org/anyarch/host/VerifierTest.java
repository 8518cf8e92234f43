package org.anyarch.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.anyarch.elf.ElfProbe;
import org.anyarch.platform.Guest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// With helpers that are shell scripts; the tests in `it` use the real one.
final class VerifierTest {
  private static final Guest ARM = Guest.named("arm").orElseThrow();
  private static final Guest S390X = Guest.named("s390x").orElseThrow();

  @TempDir private Path folder;

  private Map<Guest, Verdict> verify(Optional<Path> namespace, String script)
      throws IOException, VerifierException, InterruptedException {
    Path helper = Files.writeString(folder.resolve("helper"), "#!/bin/sh\n" + script);
    Files.setPosixFilePermissions(helper, PosixFilePermissions.fromString("rwx------"));
    return new Verifier(helper).verify(namespace, folder, List.of(S390X, ARM));
  }

  @Test
  void theHelperGetsTheProgramsAndTheFolder()
      throws IOException, VerifierException, InterruptedException {
    Map<Guest, Verdict> verdicts =
        verify(
            Optional.of(Path.of("/proc/1/ns/mnt")),
            """
            cat > "$3/input"
            echo "$*" > "$3/words"
            echo arm process exited 42
            echo arm container exited 42
            echo s390x process exited 42
            """);

    byte[] input = Files.readAllBytes(folder.resolve("input"));
    int program = ElfProbe.exiting(S390X, 42).length;
    assertThat(input)
        .startsWith(("s390x " + program + "\n\u007fELF").getBytes(StandardCharsets.US_ASCII));
    assertThat(folder.resolve("words")).hasContent("--ns /proc/1/ns/mnt " + folder);
    assertThat(verdicts.keySet()).containsExactly(S390X, ARM);
    assertThat(verdicts.get(ARM).works()).isTrue();
    assertThat(verdicts.get(S390X).works(Setting.PROCESS)).isTrue();
    assertThat(verdicts.get(S390X).outcome(Setting.CONTAINER)).isEqualTo(new Outcome.Unknown());
  }

  @Test
  void garbageIsNoAnswer() throws IOException, VerifierException, InterruptedException {
    assertThat(verify(Optional.empty(), "head -c 3000000 /dev/urandom; exec sed d").values())
        .noneMatch(Verdict::works);
  }

  @Test
  void aHelperThatFailsIsQuoted() {
    assertThatThrownBy(
            () ->
                verify(
                    Optional.empty(),
                    "echo anyarch-probe: cannot enter the mount namespace x: Operation not permitted >&2; exit 1"))
        .isInstanceOf(VerifierException.class)
        .hasMessage(
            "cannot try which programs run: cannot enter the mount namespace x: Operation not permitted");
  }

  @Test
  void aHelperThatIsNotThereIsNamed() {
    Path none = folder.resolve("none");

    assertThatThrownBy(() -> new Verifier(none).verify(Optional.empty(), folder, List.of(ARM)))
        .isInstanceOf(VerifierException.class)
        .hasMessageContaining(none.toString());
  }
}
