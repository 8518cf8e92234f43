package org.anyarch.twins;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.anyarch.platform.Guest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConversionsTest {
  private static final Guest OWN = Guest.named("amd64").orElseThrow();
  private static final String GCONV = "/usr/lib/x86_64-linux-gnu/gconv";

  @TempDir Path folder;

  @Test
  void whatHasNoModuleIsNotInTheText() {
    String text =
        """
        # comment
        alias LATIN1// ISO-8859-1//
        module ISO-8859-1// INTERNAL ISO8859-1 1
        module\tINTERNAL\tUTF-16//\tUTF16_UTF32_Z9\t1
        module A// B// B.so 1
        module broken
        """;

    assertThat(Conversions.those(text, Set.of("ISO8859-1.so", "B.so")).lines())
        .containsExactly(
            "# comment",
            "alias LATIN1// ISO-8859-1//",
            "module ISO-8859-1// INTERNAL ISO8859-1 1",
            "module A// B// B.so 1");
  }

  @Test
  void theTextsOfAFolderAreOne() throws Exception {
    Path parts = Files.createDirectories(folder.resolve("g/gconv-modules.d"));
    Files.writeString(folder.resolve("g/gconv-modules"), "alias A B");
    Files.writeString(parts.resolve("b.conf"), "alias E F\n");
    Files.writeString(parts.resolve("a.conf"), "alias C D\n");
    Files.writeString(parts.resolve("other"), "alias X Y\n");

    assertThat(Conversions.of(new RootFiles(folder), "/g", Map.of()).text().lines())
        .filteredOn(line -> !line.isEmpty())
        .containsExactly("alias A B", "alias C D", "alias E F");
    assertThat(Conversions.of(new RootFiles(folder), "/none", Map.of()).text()).isBlank();
  }

  @Test
  void theLibraryLooksInAnotherFolder() {
    byte[] library =
        new ProgramBytes()
            .text(GCONV)
            .text(GCONV + "/gconv-modules.cache")
            .instruction(GCONV)
            .instruction(GCONV + "/gconv-modules.cache")
            .bytes();
    byte[] led = Conversions.library(library, OWN, "/dev/x/gconv").orElseThrow();

    assertThat(ProgramBytes.named(led, 0)).isEqualTo("/dev/x/gconv");
    assertThat(ProgramBytes.named(led, 1)).isEqualTo("/dev/x/gconv/gconv-modules.cache");
  }

  @Test
  void inDoubtItIsLeft() {
    assertThat(Conversions.library(new ProgramBytes().bytes(), OWN, "/g")).isEmpty();
    assertThat(Conversions.library(new byte[9], OWN, "/g")).isEmpty();
    assertThat(Conversions.library(new ProgramBytes().text(GCONV + "2").bytes(), OWN, "/g"))
        .isEmpty();
    assertThat(
            Conversions.library(
                new ProgramBytes().text(GCONV).bytes(), OWN, "/dev/x".repeat(GCONV.length())))
        .isEmpty();
  }
}
