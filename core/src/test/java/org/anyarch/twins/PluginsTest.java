package org.anyarch.twins;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class PluginsTest {
  private static final String NAMED = "/usr/bin/../lib/bfd-plugins";
  private static final String FOLDER = "/dev/.anyarch/g999/so";

  private static ProgramBytes library() {
    return new ProgramBytes().text("/usr/lib/x86_64-linux-gnu/bfd-plugins").text(NAMED);
  }

  @Test
  void theLibraryLooksInTheOtherFolder() {
    byte[] made =
        Plugins.in(FOLDER, library().instruction(NAMED).relocation(NAMED).bytes()).orElseThrow();

    assertThat(ProgramBytes.named(made, 0)).isEqualTo(FOLDER);
    assertThat(new String(made, StandardCharsets.ISO_8859_1))
        .doesNotContain(NAMED)
        .contains("/usr/lib/x86_64-linux-gnu/bfd-plugins");
  }

  @Test
  void whatCannotBeToldToIsLeftAlone() {
    assertThat(Plugins.in(FOLDER, library().instruction("../lib/bfd-plugins").bytes())).isEmpty();
    assertThat(Plugins.in(FOLDER, library().text("see " + NAMED).bytes())).isEmpty();
    assertThat(Plugins.in(FOLDER, new ProgramBytes().bytes())).isEmpty();
    assertThat(Plugins.in(FOLDER, new byte[100])).isEmpty();
    assertThat(Plugins.in(FOLDER.repeat(2), library().bytes())).isEmpty();
  }
}
