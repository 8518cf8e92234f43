package org.anyarch.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.anyarch.binfmt.Flags;
import org.anyarch.binfmt.Rule;
import org.junit.jupiter.api.Test;

class HandlerSnapshotTest {
  private static final Rule ONE =
      new Rule("one", new Rule.Match.Extension("one"), "/bin/true", Flags.NONE);
  private static final Rule MARK =
      new Rule(".anyarch-trial", new Rule.Match.Extension("anyarch.x"), "/trial", Flags.NONE);

  @Test
  void marksAreNeitherWrittenDownNorRead() throws HostException {
    String text =
        new HandlerSnapshot(List.of(ONE, MARK), Set.of("one", ".anyarch-trial"), List.of()).text();

    assertThat(text).contains(":one:", "# disabled one\n").doesNotContain(".anyarch-");
    HandlerSnapshot read =
        HandlerSnapshot.parse(
            text + ":.anyarch-trial:E::anyarch.x::/trial:\n# disabled .anyarch-trial\n");
    assertThat(read.rules()).containsExactly(ONE);
    assertThat(read.disabled()).containsExactly("one");
  }
}
