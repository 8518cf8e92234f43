package org.anyarch.twins;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.anyarch.platform.Guest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DisguiseTest {
  private static final Guest OWN = Guest.named("amd64").orElseThrow();
  private static final Guest GUEST = Guest.named("riscv64").orElseThrow();
  private static final int EM_RISCV = 243;

  private static Optional<byte[]> disguise(ProgramBytes program, ProgramBytes original) {
    return Disguise.of(program.bytes(), OWN, original.bytes(), GUEST);
  }

  private static ProgramBytes original(String... texts) {
    ProgramBytes original = new ProgramBytes(EM_RISCV);
    Arrays.stream(texts).forEach(original::text);
    return original;
  }

  @Test
  void whereverATextIsNamedTheGuestsIs() {
    ProgramBytes program =
        new ProgramBytes()
            .text("other")
            .text("x86_64-pc-linux-gnu")
            .text("amd64")
            .text("version 1 (amd64)")
            .text("/usr/lib/x86_64-linux-gnu")
            .text("x86_64")
            .instruction("x86_64-pc-linux-gnu")
            .instruction("other")
            .instruction("version 1 (amd64)")
            .instruction("version 1 (amd64)")
            .relocation("amd64")
            .packedRelocation("/usr/lib/x86_64-linux-gnu")
            .instruction("x86_64");

    byte[] disguised =
        disguise(
                program,
                original(
                    "riscv64-unknown-linux-gnu",
                    "riscv64",
                    "version 1 (riscv64)",
                    "/usr/lib/riscv64-linux-gnu",
                    "/lib/ld-linux-riscv64-lp64d.so.1"))
            .orElseThrow();

    assertThat(ProgramBytes.named(disguised, 0)).isEqualTo("riscv64-unknown-linux-gnu");
    assertThat(ProgramBytes.named(disguised, 1)).isEqualTo("other");
    assertThat(ProgramBytes.named(disguised, 2)).isEqualTo("version 1 (riscv64)");
    assertThat(ProgramBytes.named(disguised, 3)).isEqualTo("version 1 (riscv64)");
    assertThat(ProgramBytes.named(disguised, 4)).isEqualTo("riscv64");
    assertThat(ProgramBytes.addend(disguised, 0)).isEqualTo("riscv64");
    assertThat(ProgramBytes.word(disguised, 0)).isEqualTo("riscv64");
    assertThat(ProgramBytes.word(disguised, 2)).isEqualTo("/usr/lib/riscv64-linux-gnu");
  }

  /// As bash and gcc are built for each of them.
  @ParameterizedTest
  @CsvSource({
    "arm64, aarch64-unknown-linux-gnu, aarch64, arm64",
    "armhf, arm-unknown-linux-gnueabihf, arm, armhf",
    "ppc64el, powerpc64le-unknown-linux-gnu, powerpc64le, ppc64el",
    "s390x, s390x-ibm-linux-gnu, s390x, s390x",
    "i386, i686-pc-linux-gnu, i686, i386",
    "mips64el, mips64el-unknown-linux-gnuabi64, mips64el, mips64el"
  })
  void everyArchitecturesNamesAreKnown(String guest, String build, String cpu, String debian) {
    ProgramBytes program =
        new ProgramBytes()
            .text("x86_64-pc-linux-gnu")
            .text("x86_64")
            .text("(amd64)")
            .instruction("x86_64-pc-linux-gnu")
            .instruction("x86_64")
            .instruction("(amd64)");

    byte[] disguised =
        Disguise.of(
                program.bytes(),
                OWN,
                original(build, cpu, "(" + debian + ")").bytes(),
                Guest.named(guest).orElseThrow())
            .orElseThrow();

    assertThat(ProgramBytes.named(disguised, 0)).isEqualTo(build);
    assertThat(ProgramBytes.named(disguised, 1)).isEqualTo(cpu);
    assertThat(ProgramBytes.named(disguised, 2)).isEqualTo("(" + debian + ")");
  }

  @Test
  void textsThatShareTheirEndsAreTwo() {
    byte[] disguised =
        disguise(
                new ProgramBytes()
                    .text("for x86_64")
                    .instruction("for x86_64")
                    .instruction("x86_64"),
                original("for riscv64", "riscv64"))
            .orElseThrow();

    assertThat(ProgramBytes.named(disguised, 0)).isEqualTo("for riscv64");
    assertThat(ProgramBytes.named(disguised, 1)).isEqualTo("riscv64");
  }

  @Test
  void whatStandsBeforeATextIsLeft() {
    byte[] disguised =
        disguise(
                new ProgramBytes().textBehind("\u0081\u00fe\u00ff", "amd64").instruction("amd64"),
                new ProgramBytes(EM_RISCV).textBehind("\u0091\u00ff", "riscv64"))
            .orElseThrow();

    assertThat(ProgramBytes.named(disguised, 0)).isEqualTo("riscv64");
  }

  @Test
  void anotherArchitectureThatBothSpeakOfIsLeft() {
    byte[] disguised =
        disguise(
                new ProgramBytes()
                    .text("amd64")
                    .text("amd64-microcode")
                    .instruction("amd64")
                    .instruction("amd64-microcode"),
                original("riscv64", "amd64-microcode"))
            .orElseThrow();

    assertThat(ProgramBytes.named(disguised, 0)).isEqualTo("riscv64");
    assertThat(ProgramBytes.named(disguised, 1)).isEqualTo("amd64-microcode");
  }

  private static ProgramBytes plain() {
    return new ProgramBytes().text("amd64").instruction("amd64");
  }

  @Test
  void inDoubtThereIsNone() {
    assertThat(disguise(plain(), original("riscv64"))).isPresent();

    assertThat(disguise(plain(), original("something else"))).as("not the guest's").isEmpty();
    assertThat(disguise(plain(), original("riscv64", "amd64"))).as("a list").isEmpty();
    assertThat(disguise(plain(), original("riscv64", "for riscv64"))).as("it says more").isEmpty();
    assertThat(disguise(new ProgramBytes().text("amd64"), original("riscv64")))
        .as("nobody names it")
        .isEmpty();
    assertThat(disguise(plain().text("by x86_64"), original("riscv64", "by riscv64")))
        .as("nobody names one of them")
        .isEmpty();
    assertThat(disguise(plain().unknownPointer("amd64"), original("riscv64")))
        .as("it is named in a way that is not understood")
        .isEmpty();
    assertThat(disguise(plain().code("amd6"), original("riscv64")))
        .as("instructions make it")
        .isEmpty();
    assertThat(disguise(plain().type(2), original("riscv64"))).as("at a fixed place").isEmpty();
    assertThat(
            disguise(new ProgramBytes(183).text("amd64").instruction("amd64"), original("riscv64")))
        .as("of an unknown processor")
        .isEmpty();
    assertThat(disguise(new ProgramBytes().text("other").instruction("other"), original("other")))
        .as("it does not say it")
        .isEmpty();
    assertThat(
            Disguise.of(plain().bytes(), OWN, "riscv64".getBytes(StandardCharsets.US_ASCII), GUEST))
        .isEmpty();
  }

  private static final String FOLDER = "/usr/lib/x86_64-linux-gnu/perl-base";
  private static final String THEIR_FOLDER = "/usr/lib/riscv64-linux-gnu/perl-base";

  private static Optional<byte[]> perl(ProgramBytes program) {
    ProgramBytes original =
        original(
            THEIR_FOLDER, "built for riscv64-linux-gnu", "/usr/local/lib/riscv64-linux-gnu/perl/5");
    return Disguise.ofPerl(program.bytes(), OWN, original.bytes(), GUEST);
  }

  private static ProgramBytes perl() {
    return new ProgramBytes()
        .text(FOLDER)
        .text("built for x86_64-linux-gnu")
        .textBehind("\u0081", "/usr/local/lib/x86_64-linux-gnu/perl/5")
        .instruction("built for x86_64-linux-gnu");
  }

  @Test
  void thePathsOfPerlHaveTheirLengths() {
    ProgramBytes original =
        original(
            THEIR_FOLDER, "built for riscv64-linux-gnu", "/usr/local/lib/riscv64-linux-gnu/perl/5");
    ProgramBytes program =
        new ProgramBytes()
            .text(FOLDER)
            .text("built for x86_64-linux-gnu")
            .text("/usr/local/lib/x86_64-linux-gnu/perl/5")
            .instruction("built for x86_64-linux-gnu")
            .counted(FOLDER, FOLDER.length())
            .counted("/usr/local/lib/x86_64-linux-gnu/perl/5", 38);
    byte[] disguised = Disguise.ofPerl(program.bytes(), OWN, original.bytes(), GUEST).orElseThrow();

    assertThat(ProgramBytes.named(disguised, 0)).isEqualTo("built for riscv64-linux-gnu");
    assertThat(ProgramBytes.count(disguised, 1)).isEqualTo(THEIR_FOLDER.length());
  }

  /// What only instructions put together is looked for where the dispatcher says that nothing is.
  @Test
  void thePathThatPerlOnlyLooksForIsLeft() {
    assertThat(
            Disguise.ofPerl(
                perl().counted(FOLDER, FOLDER.length()).bytes(),
                OWN,
                original(THEIR_FOLDER, "built for riscv64-linux-gnu").bytes(),
                GUEST))
        .isPresent();
    assertThat(
            disguise(
                perl().counted(FOLDER, FOLDER.length()),
                original(THEIR_FOLDER, "built for riscv64-linux-gnu")))
        .isEmpty();
  }

  @Test
  void withoutALengthThereIsNone() {
    assertThat(perl(perl().instruction(FOLDER))).as("no length").isEmpty();
    assertThat(perl(perl().counted(FOLDER, FOLDER.length() - 1))).as("of another text").isEmpty();
    assertThat(perl(perl().relocation(FOLDER))).as("from data").isEmpty();
    assertThat(
            perl(
                perl()
                    .counted(FOLDER, FOLDER.length())
                    .code("\u00b9#\u0000\u0000\u0000")
                    .counted(FOLDER, FOLDER.length())))
        .as("two")
        .isEmpty();
  }

  @Property(tries = 2000)
  void damagedFilesDoNoHarm(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] program = plain().relocation("amd64").packedRelocation("amd64").damaged(random);
    byte[] original = original("riscv64").damaged(random);

    Disguise.of(program, OWN, original, GUEST)
        .ifPresent(disguised -> assertThat(disguised).hasSizeGreaterThan(program.length));
  }
}
