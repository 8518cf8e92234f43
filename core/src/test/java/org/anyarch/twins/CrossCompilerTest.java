package org.anyarch.twins;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.anyarch.platform.Guest;
import org.junit.jupiter.api.Test;

final class CrossCompilerTest {
  private static final Guest GUEST = Guest.named("riscv64").orElseThrow();
  private static final int EM_RISCV = 243;
  private static final String MINE = "/usr/lib/gcc-cross/riscv64-linux-gnu/14/";
  private static final String THEIRS = "/usr/lib/gcc/riscv64-linux-gnu/14/";
  private static final String UP = "../../../../";
  private static final String CXX = UP + "riscv64-linux-gnu/include/c++/14";

  private static ProgramBytes program() {
    return new ProgramBytes()
        .text("/usr/lib/gcc-cross/")
        .text(MINE + "include")
        .text(MINE + CXX)
        .text(MINE + CXX + "/riscv64-linux-gnu")
        .text(MINE + CXX + "/backward")
        .text("/usr/include");
  }

  private static ProgramBytes original() {
    return new ProgramBytes(EM_RISCV)
        .text("/usr/lib/gcc/")
        .text(THEIRS + "include")
        .text(THEIRS + UP + "include/c++/14")
        .text(THEIRS + UP + "include/riscv64-linux-gnu/c++/14")
        .text(THEIRS + UP + "include/c++/14/backward")
        .text("/usr/include");
  }

  private static Optional<byte[]> made(ProgramBytes program, ProgramBytes original) {
    return CrossCompiler.of(program.bytes(), original.bytes(), GUEST);
  }

  @Test
  void itsPathsAreTheGuests() {
    ProgramBytes program =
        program()
            .instruction(MINE + CXX + "/riscv64-linux-gnu")
            .instruction(MINE + "include")
            .absoluteInstruction("/usr/lib/gcc-cross/");

    byte[] made = made(program, original()).orElseThrow();

    assertThat(ProgramBytes.named(made, 0))
        .isEqualTo(THEIRS + UP + "include/riscv64-linux-gnu/c++/14");
    assertThat(ProgramBytes.named(made, 1)).isEqualTo(THEIRS + "include");
    assertThat(new String(made, StandardCharsets.ISO_8859_1)).doesNotContain("gcc-cross");
    assertThat(made).hasSameSizeAs(program.bytes());
  }

  /// As gcc 12 has it.
  @Test
  void headersOfAnotherLibraryAreBelowTheFolderOfTheArchitectureToo() {
    String other = "libc++_include/c++/12/v1";
    ProgramBytes program =
        program()
            .text(MINE + UP + "riscv64-linux-gnu/" + other)
            .instruction(MINE + UP + "riscv64-linux-gnu/" + other);

    byte[] made = made(program, original().text(THEIRS + UP + other)).orElseThrow();

    assertThat(ProgramBytes.named(made, 0)).isEqualTo(THEIRS + UP + other);
  }

  @Test
  void aPathThatTheGuestDoesNotHaveRefusesIt() {
    assertThat(made(program().text(MINE + "more"), original())).isEmpty();
    assertThat(made(program().text("see " + MINE), original())).isEmpty();
  }

  @Test
  void aPathThatOnlyTheGuestHasRefusesIt() {
    assertThat(made(program(), original().text(THEIRS + "more"))).isEmpty();
  }

  @Test
  void anEndOfAPathThatIsNamedAloneRefusesIt() {
    assertThat(made(program().unknownPointer("14/include"), original())).isEmpty();
    assertThat(made(program().absoluteInstruction("/backward"), original())).isEmpty();
  }

  @Test
  void whatIsNoCrossCompilerIsRefused() {
    assertThat(made(new ProgramBytes().text("/usr/include"), original())).isEmpty();
    assertThat(made(original(), original())).isEmpty();
  }

  @Test
  void itsPackageHasItInAnotherFolder() {
    assertThat(CrossCompiler.path("/usr/libexec/gcc/riscv64-linux-gnu/14/cc1"))
        .isEqualTo("/usr/libexec/gcc-cross/riscv64-linux-gnu/14/cc1");
  }

  @Property(tries = 300)
  void anyBytesAreRefusedOrWritten(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] program = program().damaged(random);
    byte[] original = original().damaged(random);
    CrossCompiler.of(program, original, GUEST)
        .ifPresent(made -> assertThat(made).hasSameSizeAs(program));
  }
}
