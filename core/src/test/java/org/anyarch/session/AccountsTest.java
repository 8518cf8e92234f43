package org.anyarch.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AccountsTest {
  @TempDir private Path root;

  @BeforeEach
  void files() throws IOException {
    Files.createDirectories(root.resolve("etc"));
    Files.writeString(
        root.resolve("etc/passwd"),
        """
        root:x:0:0:root:/root:/bin/sh
        broken
        bad:x:-1:0::/:
        web:x:33:44:Web:/srv/web:/bin/sh
        123:x:7:8::/seven:
        """);
    Files.writeString(
        root.resolve("etc/group"), "web:x:44:\nlog:x:50:web,other\ndisk:x:60:web\nodd:x:\n");
  }

  private Account find(String text) throws IOException, SessionException {
    return Accounts.of(root).find(text);
  }

  @Test
  void aNameHasItsGroupsAndHome() throws IOException, SessionException {
    assertThat(find("web")).isEqualTo(new Account(33, 44, List.of(50, 60), "/srv/web"));
  }

  @Test
  void nothingIsRoot() throws IOException, SessionException {
    assertThat(find("")).isEqualTo(new Account(0, 0, List.of(), "/root"));
  }

  @Test
  void aNumberThatIsListedIsThatUserAndOneThatIsNotHasGroupZero()
      throws IOException, SessionException {
    assertThat(find("33")).isEqualTo(find("web"));
    assertThat(find("1000")).isEqualTo(new Account(1000, 0, List.of(), "/"));
  }

  @Test
  void aNameOfDigitsIsANameFirst() throws IOException, SessionException {
    assertThat(find("123").uid()).isEqualTo(7);
  }

  @Test
  void aGroupThatIsNamedIsTheOnlyOne() throws IOException, SessionException {
    assertThat(find("web:log")).isEqualTo(new Account(33, 50, List.of(), "/srv/web"));
    assertThat(find("5:6")).isEqualTo(new Account(5, 6, List.of(), "/"));
  }

  @Test
  void unknownNamesAreRefusedWithARemedy() {
    assertThatThrownBy(() -> find("bad")).hasMessageContaining("/etc/passwd");
    assertThatThrownBy(() -> find("web:odd")).hasMessageContaining("/etc/group");
    assertThatThrownBy(() -> find("-1")).isInstanceOf(SessionException.class);
  }

  @Test
  void theHostsAccountsAreNeverRead() throws IOException {
    Files.delete(root.resolve("etc/passwd"));
    Files.createSymbolicLink(root.resolve("etc/passwd"), Path.of("/../../../etc/passwd"));

    assertThatThrownBy(() -> find("daemon")).isInstanceOf(Exception.class);
  }
}
