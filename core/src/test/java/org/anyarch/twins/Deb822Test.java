package org.anyarch.twins;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class Deb822Test {
  @Test
  void stanzasOfFields() {
    assertThat(
            Deb822.stanzas(
                " lost\nA: 1\n two\na: second\n of it\nB:\n 3\n\n\n# A: no\nC: 4\nnonsense\n more\n"))
        .isEqualTo(List.of(Map.of("a", "1\ntwo", "b", "\n3"), Map.of("c", "4\nmore")));
  }

  /// Joined one by one, these lines would be copied a hundred million times.
  @Test
  void aFieldOfManyLines() {
    String text = "SHA256:\n" + " 0 1 x\n".repeat(1_000_000);

    assertThat(Deb822.stanzas(text).getFirst().get("sha256")).hasSize(6_000_000);
  }
}
