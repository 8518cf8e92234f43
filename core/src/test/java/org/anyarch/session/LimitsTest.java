package org.anyarch.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class LimitsTest {
  private static final List<String> LINES =
      List.of(
          "Limit                     Soft Limit           Hard Limit           Units     ",
          "Max cpu time              unlimited            unlimited            seconds   ",
          "Max open files            1024                 524288               files     ",
          "Max nice priority         0                    0                    ");

  @Test
  void theKernelsTableIsRead() {
    Limits limits = Limits.parse(LINES);

    assertThat(limits.limit("cpu")).contains(new Confinement.Limit("RLIMIT_CPU", -1, -1));
    assertThat(limits.limit("nice")).contains(new Confinement.Limit("RLIMIT_NICE", 0, 0));
    assertThat(limits.limit("rss")).isEmpty();
  }

  @Test
  void theLimitOfOpenFilesIsTheCallersUnlessAnotherIsAskedFor() {
    Limits limits = Limits.parse(LINES);
    Confinement.Limit other = Confinement.Limit.of("nofile", 5, 6);

    assertThat(limits.with(List.of()))
        .containsExactly(new Confinement.Limit("RLIMIT_NOFILE", 1024, 524288));
    assertThat(limits.with(List.of(other))).containsExactly(other);
  }
}
