package org.anyarch.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ImageReferenceTest {
  private static final Path HERE = Path.of("/here");

  @ParameterizedTest
  @CsvSource({
    "oci:a, /here/a, ''",
    "oci:../a:1.0, /here/../a, 1.0",
    "oci:/a/b:x, /a/b, x",
    "oci-layout:///a/b, /a/b, ''",
    "oci-layout://a:tag, /here/a, tag",
  })
  void aLayoutIsAFolderAndMaybeATag(String text, String folder, String tag) throws BuildException {
    assertThat(ImageReference.parse(text, HERE))
        .isEqualTo(new ImageReference.InLayout(Path.of(folder), tag));
  }

  @Test
  void aFolderThatHasAColonIsAFolder(@TempDir Path folder) throws IOException, BuildException {
    Files.createDirectory(folder.resolve("a:b"));

    assertThat(ImageReference.parse("oci:a:b", folder))
        .isEqualTo(new ImageReference.InLayout(folder.resolve("a:b"), ""));
  }

  @Test
  void anImageIsNamedByItsTagOrByItsWholeName(@TempDir Path folder)
      throws IOException, BuildException {
    Path layout = Files.createDirectory(folder.resolve("layout"));

    assertThat(ImageReference.parse("oci:layout:1", folder))
        .isEqualTo(new ImageReference.InLayout(layout, "1"));
    assertThat(ImageReference.parse("oci:layout:hello:1", folder))
        .isEqualTo(new ImageReference.InLayout(layout, "hello:1"));
    assertThat(ImageReference.parse("oci:absent:1", folder))
        .isEqualTo(new ImageReference.InLayout(folder.resolve("absent"), "1"));
  }

  @ParameterizedTest
  @CsvSource({
    "debian, debian",
    "debian:12, debian:12",
    "docker://debian:12, debian:12",
    "docker-image://example.org/a, example.org/a",
    "localhost:5000/a/b:c, localhost:5000/a/b:c"
  })
  void anyOtherNameIsARegistrys(String text, String name) throws BuildException {
    assertThat(ImageReference.parse(text, HERE)).isEqualTo(new ImageReference.InRegistry(name));
  }

  @Test
  void aLayoutHasAFolder() {
    assertThatThrownBy(() -> ImageReference.parse("oci:", HERE)).isInstanceOf(BuildException.class);
  }
}
