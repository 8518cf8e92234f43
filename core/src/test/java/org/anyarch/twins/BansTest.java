package org.anyarch.twins;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.anyarch.oci.Digest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BansTest {
  private static final UsedTwin CAT =
      new UsedTwin(
          "/bin/cat",
          "coreutils",
          "9.1-1",
          Optional.empty(),
          "0".repeat(32),
          Digest.ofSha256(new byte[0]));

  @TempDir Path home;

  @Test
  void whatIsBannedStaysBanned() throws IOException {
    Bans bans = Bans.of(home);
    assertThat(bans.holds(CAT.guestDigest())).isFalse();

    bans.add(List.of(CAT));
    bans.add(List.of(CAT));

    assertThat(bans.holds(CAT.guestDigest())).isTrue();
    Bans later = Bans.of(home);
    assertThat(later.holds(CAT.guestDigest())).isTrue();
    assertThat(later.holds("1".repeat(32))).isFalse();
    assertThat(later.all())
        .extracting(Bans.Ban::inWords)
        .containsExactly("/bin/cat of coreutils 9.1-1");
  }

  @Property(tries = 200)
  void anyTextIsAFileOfBans(@ForAll byte[] text) throws IOException {
    Path folder = Files.createTempDirectory("bans");
    Path file = folder.resolve("banned-twins");
    try {
      Files.write(file, text);
      assertThat(Bans.of(folder).all()).allMatch(ban -> ban.guestDigest().length() == 32);
    } finally {
      Files.delete(file);
      Files.delete(folder);
    }
  }
}
