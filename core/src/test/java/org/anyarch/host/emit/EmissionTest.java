package org.anyarch.host.emit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class EmissionTest {
  @TempDir private Path root;

  static Stream<String> kinds() {
    return Emitters.all().stream().map(Emitter::name);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void everyFileIsWrittenReplacedAndRemoved(String kind) throws EmitException, IOException {
    for (Emission emission : Emitters.emit(kind, Readers.request())) {
      assertThat(emission.write(root)).isTrue();
      assertThat(emission.write(root)).isFalse();
      Path file = emission.below(root);
      assertThat(file).hasContent(emission.content());
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-r--r--");

      Files.writeString(file, emission.content() + "# older\n");
      assertThat(emission.write(root)).isTrue();
      assertThat(file).hasContent(emission.content());

      assertThat(emission.remove(root)).isTrue();
      assertThat(emission.remove(root)).isFalse();
      try (Stream<Path> left = Files.list(file.getParent())) {
        assertThat(left).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void whatOthersWroteIsLeftAlone(String kind) throws EmitException, IOException {
    Emission emission = Emitters.emit(kind, Readers.request()).getFirst();
    Path file = emission.below(root);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "# mine\n");

    assertThatThrownBy(() -> emission.write(root))
        .isInstanceOf(EmitException.class)
        .hasMessageContaining(file.toString());
    assertThatThrownBy(() -> emission.remove(root)).isInstanceOf(EmitException.class);
    assertThat(file).hasContent("# mine\n");
  }

  @Test
  void linksAreNotFollowedOutOfTheRoot() throws EmitException, IOException {
    Emission emission =
        new Emission("/etc/binfmt.d/x.conf", 0644, "# Written by anyarch 1.\n", List.of());
    Files.createDirectories(root.resolve("etc"));
    Files.createSymbolicLink(root.resolve("etc/binfmt.d"), Path.of("/elsewhere"));
    emission.write(root);

    assertThat(root.resolve("elsewhere/x.conf")).hasContent(emission.content());
  }

  @Test
  void aFileInThePlaceOfAFolderIsNamed() throws IOException {
    Emission emission =
        new Emission("/etc/binfmt.d/sub/x.conf", 0644, "# Written by anyarch 1.\n", List.of());
    Files.createDirectories(root.resolve("etc"));
    Path file = Files.writeString(root.resolve("etc/binfmt.d"), "mine");

    assertThatThrownBy(() -> emission.write(root))
        .isInstanceOf(EmitException.class)
        .hasMessageStartingWith(file + " is no folder");
    assertThat(file).hasContent("mine");
  }

  /// Administrators link a file to /dev/null to switch it off.
  @Test
  void aLinkInItsPlaceIsLeftAlone() throws IOException {
    Emission emission = new Emission("/x.conf", 0644, "# Written by anyarch 1.\n", List.of());
    Files.createSymbolicLink(root.resolve("x.conf"), Path.of("/dev/null"));

    assertThatThrownBy(() -> emission.write(root)).isInstanceOf(EmitException.class);
    assertThatThrownBy(() -> emission.remove(root)).isInstanceOf(EmitException.class);
    assertThat(root.resolve("x.conf")).isSymbolicLink();
  }

  @Test
  void theModeIsItsOwn() throws EmitException, IOException {
    Emission emission = new Emission("/bin/x", 0751, "# Written by anyarch 1.\n", List.of());
    emission.write(root);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve("bin/x"))))
        .isEqualTo("rwxr-x--x");
  }
}
