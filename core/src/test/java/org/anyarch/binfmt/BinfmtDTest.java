package org.anyarch.binfmt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.anyarch.platform.Guest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BinfmtDTest {
  private static final Rule RULE =
      Rule.forGuest(Guest.named("s390x").orElseThrow(), Path.of("/q"), Flags.POCF);

  @TempDir private Path root;

  private Path file(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.resolveSibling("."));
    return Files.writeString(file, text);
  }

  @Test
  void commentsAreNoRulesAndFaultsHaveTheirLine() throws RuleException {
    BinfmtD.Content content =
        BinfmtD.parse("# one\n\n; two\n  " + RULE.registerString() + " \n:bad:M::::\n");

    assertThat(content.lines()).containsExactly(new BinfmtD.Line(4, RULE));
    assertThat(content.faults()).hasSize(1);
    assertThat(content.faults().getFirst().line()).isEqualTo(5);
    assertThat(content.faults().getFirst().message()).contains("EINVAL");
  }

  @Test
  void whatIsWrittenIsRead() throws IOException, RuleException {
    Path file = root.resolve("etc/binfmt.d/q.conf");
    BinfmtD.write(file, "by a test\nin two lines", List.of(RULE));

    assertThat(BinfmtD.read(file).lines()).containsExactly(new BinfmtD.Line(3, RULE));
    assertThat(Files.getPosixFilePermissions(file)).hasSize(4);
    assertThat(file.resolveSibling(".").toFile().list()).containsExactly("q.conf");
  }

  @Test
  void aRefusedRuleLeavesTheOldFile() throws IOException {
    Path file = file("etc/binfmt.d/q.conf", "# old\n");
    Rule bad = new Rule("a\nb", RULE.match(), "/q", Flags.NONE);

    assertThatThrownBy(() -> BinfmtD.write(file, "", List.of(bad)))
        .isInstanceOf(RuleException.class);
    assertThat(file).hasContent("# old");
    assertThat(file.resolveSibling(".").toFile().list()).containsExactly("q.conf");
  }

  @Test
  void filesThatSystemdWouldNotReadAreNotWritten() {
    assertThatThrownBy(() -> BinfmtD.write(root.resolve("q"), "", List.of(RULE)))
        .hasMessageContaining(".conf");
  }

  @Test
  void filesCountByNameAndTheFirstFolderWins() throws IOException {
    Path first = file("usr/lib/binfmt.d/a.conf", "x");
    Path own = file("etc/binfmt.d/b.conf", "x");
    file("usr/lib/binfmt.d/b.conf", "hidden");
    file("usr/lib/binfmt.d/c.conf", "hidden by a link");
    Files.createSymbolicLink(root.resolve("etc/binfmt.d/c.conf"), Path.of("/dev/null"));
    file("usr/lib/binfmt.d/d.conf", "hidden by an empty file");
    file("run/binfmt.d/d.conf", "");
    file("etc/binfmt.d/README", "x");

    assertThat(BinfmtD.files(root)).containsExactly(first, own);
  }
}
