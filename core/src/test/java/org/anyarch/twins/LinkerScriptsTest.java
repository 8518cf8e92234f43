package org.anyarch.twins;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class LinkerScriptsTest {
  private static final int EM_RISCV = 243;
  private static final String SCRIPT = "SEARCH_DIR(\"=/usr/lib\");\nSECTIONS { }\n";
  private static final String MORE = "SEARCH_DIR(\"=/lib64\"); SEARCH_DIR(\"=/usr/lib\");\n";

  private static byte[] linker(int machine, String... scripts) {
    ProgramBytes bytes = new ProgramBytes(machine);
    for (String script : scripts) {
      bytes.text(script);
    }
    return bytes.text("/usr/lib").bytes();
  }

  @Test
  void equalScriptsAreAlikeInWhateverOrder() {
    assertThat(LinkerScripts.areAlike(linker(62, SCRIPT, MORE), linker(EM_RISCV, MORE, SCRIPT)))
        .isTrue();
    assertThat(LinkerScripts.areAlike(linker(62), linker(EM_RISCV))).isTrue();
  }

  @Test
  void aFolderMoreOrLessIsNotAlike() {
    assertThat(LinkerScripts.areAlike(linker(62, SCRIPT), linker(EM_RISCV, SCRIPT, MORE)))
        .isFalse();
    assertThat(LinkerScripts.areAlike(linker(62, SCRIPT, MORE), linker(EM_RISCV, SCRIPT)))
        .isFalse();
    assertThat(LinkerScripts.areAlike(linker(62), linker(EM_RISCV, SCRIPT))).isFalse();
  }

  @Test
  void thoseForIlp32AreLeftOut() {
    String ilp32 = "OUTPUT_FORMAT(\"elf32-littleaarch64\")\nSEARCH_DIR(\"=/lib32\");\n";

    assertThat(LinkerScripts.areAlike(linker(62, SCRIPT), linker(183, SCRIPT, ilp32))).isTrue();
  }

  @Property
  void whatIsNoProgramIsNotAlike(@ForAll byte[] rubbish) {
    assertThat(LinkerScripts.areAlike(rubbish, rubbish)).isFalse();
    assertThat(LinkerScripts.areAlike(linker(62, SCRIPT), rubbish)).isFalse();
  }
}
