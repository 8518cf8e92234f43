package org.anyarch.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Whether a twin that does another thing than its program is noticed. The base `wrong` has one:
/// for this machine, cat is tac, and its package database says so.
final class VerifyIT {
  private static final String WRONG =
      """
      FROM oci:../b
      RUN if [ "$(uname -m)" != aarch64 ]; then cp /usr/bin/tac /bin/cat; sum=$(md5sum /bin/cat | cut -c 1-32); sed -i "s:^[0-9a-f]*  \\(bin/cat\\|usr/bin/cat\\)$:$sum  \\1:" /var/lib/dpkg/info/coreutils.md5sums; fi
      """;

  private static final String LINES = "RUN printf '1\\n2\\n' > /in; cat /in > /out\n";

  private static Actor actor;

  @BeforeAll
  static void base() throws IOException, InterruptedException {
    actor = Machine.root();
    TwinBase.make(actor);
    actor.write("planted/Containerfile", WRONG);
    Images.succeed(
        actor.anyarch(
            "build",
            "-q",
            "--platform=linux/" + TwinBase.OWN + ",linux/arm64",
            "-o",
            "oci:wrong",
            "planted"));
  }

  private static Outcome build(String base, String steps, String check, String... more)
      throws IOException, InterruptedException {
    actor.write("app/Containerfile", "FROM oci:../" + base + "\n" + steps);
    String[] words = new String[more.length + 8];
    String[] fixed = {
      "build", "--no-cache", "--progress=plain", "--platform=linux/arm64", "-o", "oci:out"
    };
    System.arraycopy(fixed, 0, words, 0, fixed.length);
    System.arraycopy(more, 0, words, fixed.length, more.length);
    words[words.length - 2] = "--metadata-file=made.json";
    words[words.length - 1] = "app";
    return actor.anyarch(Map.of("ANYARCH_SELF_CHECK", check), "", words);
  }

  @Test
  void aStepThatComesToTheSameIsVerified() throws IOException, InterruptedException {
    Outcome built = build("b", LINES, "0", "--verify-accelerated");

    assertThat(Images.succeed(built).err()).contains("verified: RUN").doesNotContain("warning");
    assertThat(build("b", LINES, "0", "--accelerate=off").out()).isEqualTo(built.out());
  }

  @Test
  void aStepThatDiffersByItselfIsNoFailure() throws IOException, InterruptedException {
    String steps = "RUN date +%N > /now; mktemp; echo $$ > /same\n";

    assertThat(Images.succeed(build("b", steps, "0", "--verify-accelerated")).err())
        .contains("cannot be verified, since the step itself is not reproducible", "/now (")
        .doesNotContain("/same (");
  }

  @Test
  void aWrongTwinFailsTheBuildThatVerifies() throws IOException, InterruptedException {
    Outcome failed = build("wrong", "RUN date +%N > /now\n" + LINES, "0", "--verify-accelerated");

    assertThat(failed.status()).isEqualTo(1);
    assertThat(failed.err())
        .contains("Containerfile:3:1: with native twins the step does not come to")
        .contains("1 path:\n  /out (content)\nnatively ran:")
        .contains("/bin/cat of coreutils");
  }

  @Test
  void aWrongTwinThatFailsIsNoticedToo() throws IOException, InterruptedException {
    String steps = "RUN printf '1\\n2\\n' > /in; [ \"$(cat /in | head -n 1)\" = 1 ]\n";

    assertThat(build("wrong", steps, "0", "--verify-accelerated").err())
        .contains("(its exit status) (fails in one way only)");
  }

  /// In a home of its own: what is banned there stays banned.
  @Test
  void aWrongTwinFoundByTheWayIsBanned() throws IOException, InterruptedException {
    Files.deleteIfExists(actor.home().resolve("banned-twins"));
    assertThat(Images.succeed(build("wrong", LINES, "0")).err()).doesNotContain("warning");
    final String unnoticed = Files.readString(actor.folder().resolve("made.json"));

    Outcome found = Images.succeed(build("wrong", LINES, "1"));

    assertThat(found.err()).contains("warning: with native twins", "/bin/cat of coreutils");
    assertThat(unnoticed)
        .contains("anyarch.twins", "linux/arm64", "coreutils", "/cat\"", "sha256:");
    assertThat(Files.readString(actor.folder().resolve("made.json")))
        .doesNotContain("anyarch.twins");
    assertThat(build("wrong", LINES, "0", "--accelerate=off").out()).isEqualTo(found.out());

    Outcome later = Images.succeed(build("wrong", LINES, "1"));

    assertThat(later.err()).doesNotContain("warning");
    assertThat(later.out()).isEqualTo(found.out());
    assertThat(Images.succeed(actor.anyarch("cache", "du")).out())
        .contains("no native twin for", "/bin/cat of coreutils");
    Files.delete(actor.home().resolve("banned-twins"));
  }

  @Test
  void whatCannotBeMeantIsRefused() throws IOException, InterruptedException {
    assertThat(build("b", LINES, "0", "--verify-accelerated", "--accelerate=off").status())
        .isEqualTo(2);
    assertThat(build("b", LINES, "often").status()).isEqualTo(2);
  }
}
