package org.anyarch.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.anyarch.binfmt.Entry;
import org.junit.jupiter.api.Test;

class LeasesTest {
  @Test
  void onlyAMarkThatAnInstallWouldMakeIsAClaim() throws IOException {
    List<Entry> entries =
        List.of(
            entry(Leases.mark("ci 7"), "/lease/ci+7/now/aarch64,riscv64"),
            entry(Leases.mark("x"), "/lease/other/now/aarch64"),
            entry(".anyarch-lease-zz", "/lease/y/now/aarch64"),
            entry(Leases.mark("z"), "/lease/%zz/now/aarch64"),
            entry(Leases.mark("twice"), "/lease/twice/now/s390x,s390x"));

    assertThat(Leases.all(State.read(Path.of("/nonexistent")), entries))
        .containsOnlyKeys("ci 7", "twice")
        .hasEntrySatisfying(
            "ci 7", lease -> assertThat(lease.guests()).containsExactly("aarch64", "riscv64"))
        .hasEntrySatisfying("twice", lease -> assertThat(lease.guests()).containsExactly("s390x"));
  }

  private static Entry entry(String name, String interpreter) {
    return Entry.parse(
        name, "enabled\ninterpreter " + interpreter + "\nflags: \nextension .anyarch.lease\n");
  }
}
