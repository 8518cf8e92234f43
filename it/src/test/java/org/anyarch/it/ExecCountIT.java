package org.anyarch.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What the dispatcher notes of the programs a step starts.
final class ExecCountIT {
  private static Actor actor;

  @BeforeAll
  static void base() throws IOException, InterruptedException {
    actor = Machine.root();
    TwinBase.make(actor);
  }

  private static String build(String base, String run, String... options)
      throws IOException, InterruptedException {
    actor.write("app/Containerfile", "FROM oci:../" + base + "\nRUN " + run + "\n");
    String[] words = new String[options.length + 7];
    words[0] = "build";
    words[1] = "--no-cache";
    words[2] = "--progress=plain";
    words[3] = "--platform=linux/arm64";
    words[4] = "-o";
    words[5] = "oci:out";
    System.arraycopy(options, 0, words, 6, options.length);
    words[words.length - 1] = "app";
    return Images.succeed(actor.anyarch(words)).err();
  }

  /// The shell, three twins, and two programs that have none.
  @Test
  void everyExecIsCountedOnce() throws IOException, InterruptedException {
    assertThat(
            build(
                "b",
                "cat /dev/null; true() { :; }; true; ls / > /dev/null; id; nproc; od /dev/null"))
        .contains(", 6 programs, 66 % native");
  }

  @Test
  void whatHasNoTwinIsCountedToo() throws IOException, InterruptedException {
    assertThat(build("alone", "cat /dev/null; cat /dev/null")).contains(", 3 programs, 0 % native");
    assertThat(build("b", "cat /dev/null", "--accelerate=off")).doesNotContain("% native");
  }

  /// All but chroot, which has no twin.
  @Test
  void anotherUsersProgramsAreCounted() throws IOException, InterruptedException {
    assertThat(build("b", "chroot --userspec=7:7 / cat /dev/null"))
        .contains(", 3 programs, 66 % native");
  }

  /// No exec fails because of it.
  @Test
  void whereNothingCanBeNotedProgramsRunAllTheSame() throws IOException, InterruptedException {
    assertThat(build("b", "ulimit -f 0; cat /dev/null && echo all ran"))
        .contains("| all ran")
        .contains(", 1 program, 100 % native");
    // A step's own root shows none, or something else of that name.
    assertThat(
            build(
                "b",
                "mkdir -p /r/dev/.anyarch && cp -a /bin /lib /usr /r/ && mkfifo /r/dev/.anyarch/execs"
                    + " && chroot /r cat /bin/true > /dev/null && rm -r /r && echo all ran"))
        .contains("| all ran")
        .contains(", 6 programs, ");
  }

  /// A step may write what it likes; it is not believed beyond what it could be.
  @Test
  void rubbishInTheLogDoesNoHarm() throws IOException, InterruptedException {
    assertThat(build("b", "head -c 100000 /dev/urandom >> /dev/.anyarch/execs; echo written"))
        .contains("| written")
        .contains(", at least ");
    assertThat(build("b", "truncate -s 1T /dev/.anyarch/execs; echo written"))
        .contains("| written")
        .contains("done in");
  }

  /// Nor is it seen by the next step, or in the image.
  @Test
  void theLogIsOneStepsAlone() throws IOException, InterruptedException {
    assertThat(build("b", "cat /dev/null\nRUN wc -c < /dev/.anyarch/execs")).contains("| 256\n");
  }
}
