package org.anyarch.host.emit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class QuoteTest {
  @Test
  void wordsOfTheShell() {
    assertThat(Quote.shell(List.of("a-b", "c d", "it's", "", "$(x)", "*")))
        .isEqualTo("a-b 'c d' 'it'\\''s' '' '$(x)' '*'");
  }

  @Test
  void wordsOfSystemd() {
    assertThat(Quote.systemdCommand(List.of("/a b", "100%", "$HOME", "\"", "x\\y", "", "ok")))
        .isEqualTo("\"/a b\" 100%% $$HOME \"\\\"\" \"x\\\\y\" \"\" ok");
    assertThat(Quote.systemd("a\nb")).isEqualTo("\"a\\x0ab\"");
  }

  @Test
  void stringsOfGroovy() {
    assertThat(Quote.groovy("it's \\ $x\n\u00e9")).isEqualTo("'it\\'s \\\\ $x\\n\\u00e9'");
  }
}
