package org.anyarch.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.anyarch.platform.Guest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MeaningTest {
  private static final Guest ARM64 = Guest.named("arm64").orElseThrow();

  /// What the helper says of a process, of a container, and words of the two sentences.
  private static Verdict verdict(String process, String container) {
    return new Verdict(
        ARM64,
        Answers.parse("aarch64 process " + process + "\naarch64 container " + container + "\n")
            .outcomes()
            .getOrDefault("aarch64", Map.of()));
  }

  @Test
  void fortyTwoWorks() {
    Verdict verdict = verdict("exited 42", "exited 42");

    assertThat(verdict.works()).isTrue();
    assertThat(verdict.meaning(Setting.PROCESS)).isEqualTo("aarch64 programs run on the host");
    assertThat(verdict.meaning(Setting.CONTAINER)).isEqualTo("aarch64 programs run in containers");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "exited 0     | exited 0       | something else than the emulator | exited with 0 instead of 42",
        "exited 42    | failed exec 2  | run on the host | without flag F",
        "failed exec 2 | failed exec 2 | is not there | is not there",
        "failed exec 2 | exited 42     | not in the host's view | run in containers",
        "failed exec 8 | failed exec 8 | no handler that is enabled | no handler that is enabled",
        "failed exec 13 | exited 42    | noexec | run in containers",
        "failed exec 13 | failed exec 13 | chmod +x | chmod +x",
        "failed exec 1 | failed exec 1 | security module | security module",
        "failed exec 40 | failed exec 40 | matches its own interpreter | (ELOOP)",
        "failed exec 80 | failed exec 2 | for another machine; use a static emulator (ELIBBAD) | without flag F",
        "failed exec 26 | failed exec 26 | open for writing | (ETXTBSY)",
        "failed exec 95 | failed exec 999 | does not start them (EOPNOTSUPP) | (errno 999)",
        "exited 42    | signalled 11   | run on the host | killed by SIGSEGV; the emulator's file has an SELinux label",
        "signalled 4  | signalled 4    | killed by SIGILL; it was run by a CPU | newer CPU",
        "signalled 9  | signalled 31   | out of memory | seccomp",
        "signalled 6  | signalled 77   | killed by SIGABRT; the emulator crashed | killed by signal 77",
        "exited 42    | failed unshare 1 | run on the host | Operation not permitted (EPERM); run as root with CAP_SYS_ADMIN",
        "failed write 28 | failed tmpfs 1 | No space left on device (ENOSPC) | could not be prepared (tmpfs)",
        "failed time 110 | failed fork 11 | not ended after ten seconds | the container could not be prepared (fork)",
        "nonsense     | exited 420000  | gave no answer | gave no answer",
      })
  void whatDoesNotRunIsExplained(
      String process, String container, String host, String inContainers) {
    Verdict verdict = verdict(process, container);

    assertThat(verdict.works()).isFalse();
    assertThat(verdict.meaning(Setting.PROCESS)).startsWith("aarch64 programs ").contains(host);
    assertThat(verdict.meaning(Setting.CONTAINER))
        .startsWith("aarch64 programs ")
        .contains(inContainers)
        .doesNotContain("\n");
  }
}
