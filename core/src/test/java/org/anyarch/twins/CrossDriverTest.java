package org.anyarch.twins;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class CrossDriverTest {
  private static final int EM_AARCH64 = 183;
  private static final String LONG =
      "%{shared:;      pg|p|profile:%{static-pie:grcrt1.o%s;:gcrt1.o%s}} crti.o%s";
  private static final String OFFLOAD = " %{fopenacc|fopenmp:crtoffloadbegin%O%s}";
  private static final String CPU =
      " %{march=native:%<march=native %:local_cpu_detect(arch)} and what is behind it";
  private static final String CONFIGURED =
      "../src/configure --enable-plugin --enable-offload-targets=nvptx-none=/build/x,amdgcn"
          + " --enable-offload-defaulted --enable-checking";

  private static ProgramBytes program() {
    return new ProgramBytes()
        .type(2)
        .text("/usr/libexec/gcc-cross/")
        .text("/usr/lib/gcc-cross/")
        .text("gcc-cross")
        .text("--sysroot=%R")
        .text(LONG)
        .text("0")
        .text("cross_compile")
        .text("1")
        .spec("cross_compile", "1");
  }

  private static ProgramBytes original() {
    return new ProgramBytes(EM_AARCH64)
        .text("/usr/libexec/gcc/")
        .text("/usr/lib/gcc/")
        .text("--sysroot=%R")
        .text(LONG + OFFLOAD)
        .text(CPU)
        .text("%{short}");
  }

  private static Optional<byte[]> made(ProgramBytes program, ProgramBytes original) {
    return CrossDriver.of(program.bytes(), original.bytes());
  }

  @Test
  void itLooksWhereTheGuestsLooks() {
    ProgramBytes program = program();
    byte[] made = made(program, original()).orElseThrow();

    String text = new String(made, StandardCharsets.ISO_8859_1);
    assertThat(text)
        .doesNotContain("gcc-cross", "--sysroot")
        .contains("/usr/libexec/gcc/\0", "/usr/lib/gcc/\0", "\0gcc\0");
    assertThat(ProgramBytes.word(made, 3)).isEqualTo("0");
    assertThat(ProgramBytes.word(program.bytes(), 3)).isEqualTo("1");
  }

  @Test
  void aCommandThatItComposesInAnotherWayRefusesIt() {
    assertThat(made(program(), original().text(LONG + " and more"))).isEmpty();
    assertThat(made(program(), original().text("crab1 %i %{a long command of another language}")))
        .isPresent();
  }

  @Test
  void aFolderThatTheOtherDoesNotHaveRefusesIt() {
    assertThat(made(program().text("/usr/lib/gcc-cross/more"), original())).isEmpty();
    assertThat(made(program().text("see gcc-cross"), original())).isEmpty();
    assertThat(made(program(), original().text("/usr/lib/gcc/more"))).isEmpty();
  }

  @Test
  void whatIsNoDriverOfACrossCompilerIsRefused() {
    assertThat(made(new ProgramBytes().type(2), original())).isEmpty();
    assertThat(made(original(), original())).isEmpty();
    assertThat(made(program().unknownPointer("root=%R"), original())).isEmpty();
    assertThat(made(program().spec("cross_compile", "1"), original())).isEmpty();
  }

  @Test
  void theGuestsOffloadingIsKnownByHowItWasConfigured() {
    assertThat(CrossDriver.environment(original().text(CONFIGURED).bytes()))
        .containsExactly("OFFLOAD_TARGET_NAMES=nvptx-none:amdgcn", "OFFLOAD_TARGET_DEFAULT=1");
    assertThat(CrossDriver.environment(original().bytes())).isEmpty();
    assertThat(CrossDriver.environment(new byte[10])).isEmpty();
  }

  @Property(tries = 300)
  void anyBytesAreRefusedOrWritten(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] program = program().damaged(random);
    byte[] original = original().damaged(random);
    CrossDriver.of(program, original).ifPresent(made -> assertThat(made).hasSameSizeAs(program));
    assertThat(CrossDriver.environment(original)).isEmpty();
  }
}
