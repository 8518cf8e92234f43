package org.anyarch.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What the launcher does before there is a Java, and what only shows around the whole process.
final class LauncherIT {
  private final Actor actor = Machine.root();

  private Outcome shell(String script) throws IOException, InterruptedException {
    return Processes.run(
        actor.folder(),
        actor.environment(Map.of("A", Machine.anyarch().toString())),
        "",
        List.of("sh", "-c", script));
  }

  @Test
  void withoutHomeWhatNeedsNoneWorksAndTheRestSaysWhatToSet()
      throws IOException, InterruptedException {
    assertThat(shell("env -i $A --version").status()).isZero();
    assertThat(shell("env -u HOME $A exec -- true").status()).isZero();

    Outcome outcome = shell("env -u HOME -u ANYARCH_HOME $A exec -- true");

    assertThat(outcome.status()).isEqualTo(125);
    assertThat(outcome.err()).hasLineCount(1).contains("ANYARCH_HOME");
  }

  private Path copied(String name) {
    Path copy = actor.folder().resolve(name);
    Processes.must(
        Path.of("/"),
        "cp",
        "-r",
        Machine.anyarch().getParent().getParent().toString(),
        copy.toString());
    return copy;
  }

  /// Its ahead-of-time cache has classes of a package that its jar seals.
  @Test
  void aCopyThatLiesElsewhereReadsXz() throws IOException, InterruptedException {
    Path copy = copied("copy");
    actor.write("x/Containerfile", "FROM scratch\nADD a.tar.xz /\n");

    Outcome outcome =
        shell(
            "tar -cJf x/a.tar.xz --files-from /dev/null && "
                + copy
                + "/bin/anyarch build -q -o oci:out x");

    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out()).startsWith("sha256:");
  }

  @Test
  void aFolderWithAColonIsNamedAsTheReason() throws IOException, InterruptedException {
    Path moved = copied("a:b");

    Outcome outcome = shell(moved + "/bin/anyarch --version");

    assertThat(outcome.status()).isEqualTo(3);
    assertThat(outcome.err()).hasLineCount(1).contains(moved.toString()).contains("colon");
  }

  /// A result that got lost is a failure; a reader that has seen enough is none to talk about.
  @Test
  void outputThatCannotBeWrittenFailsTheCommand() throws IOException, InterruptedException {
    for (String words : List.of("--version", "emulator ls --json", "emulator path arm64")) {
      Outcome outcome = shell("$A " + words + " >/dev/full");
      assertThat(outcome.status()).as(words).isEqualTo(1);
      assertThat(outcome.err()).hasLineCount(1).contains("standard output").contains("No space");
    }

    Outcome outcome = shell("trap '' PIPE; { $A platforms; echo $? >&2; } | true");

    assertThat(outcome.err()).matches("[01]\n");
  }

  @Test
  void anUnknownPlatformLeavesNoFolderOfRoots() throws IOException, InterruptedException {
    Outcome outcome = shell(Machine.tree() + "/examples/roots/make-roots x linux/foo");

    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.err()).hasLineCount(1).contains("linux/foo");
    assertThat(actor.folder().resolve("x")).doesNotExist();
  }
}
