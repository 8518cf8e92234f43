package org.anyarch.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ReplacementTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"rw-------", "rw-rw-rw-"})
  void aFileIsReplacedByOneWithTheWantedPermissions(String permissions) throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "long ago");
    Path other = Files.createLink(folder.resolve("other"), file);

    new Replacement(file, permissions, true).write("new");

    assertThat(file).hasContent("new");
    assertThat(other).hasContent("long ago");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo(permissions);
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("file", "other");
  }

  @Test
  void nothingIsLeftOfOneThatFails() throws IOException {
    Path taken = Files.createDirectories(folder.resolve("taken/by"));

    assertThatThrownBy(() -> Replacement.readable(taken.getParent()).write("new"))
        .isInstanceOf(IOException.class);
    assertThat(folder.toFile().list()).containsExactly("taken");
  }
}
