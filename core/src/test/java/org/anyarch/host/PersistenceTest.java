package org.anyarch.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PersistenceTest {
  @Test
  void remarksStandBehindTheirCommand() {
    assertThat(
            Persistence.commands(
                List.of("install a b", "# if it is owned: use", "# that package", "do it", "more")))
        .containsExactly(
            "to put it in force now: install a b",
            "to put it in force now: do it # if it is owned: use that package",
            "to put it in force now: more");
  }
}
