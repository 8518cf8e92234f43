package org.anyarch.twins;

import static org.assertj.core.api.Assertions.assertThat;

import org.anyarch.platform.Guest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which files may stand in as they are; what is made of others has tests of its own.
final class IdentityTest {
  private static Identity of(String guest) {
    return new Identity(Guest.named("x86_64").orElseThrow(), Guest.named(guest).orElseThrow());
  }

  @Test
  void whatSaysNothingOfTheMachineStandsInAsItIs() {
    byte[] program = new ProgramBytes().text("a text of x86").bytes();

    assertThat(of("aarch64").program(Identity.Kind.SILENT, program, program)).contains(program);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gcc -O2 -fcf-protection -o x",
        "-mbranch-protection=standard",
        "--build=x86_64-linux-gnu"
      })
  void whatSaysHowItWasBuiltDoesNot(String text) {
    byte[] program = new ProgramBytes().text(text).bytes();

    assertThat(of("aarch64").program(Identity.Kind.SILENT, program, program)).isEmpty();
    assertThat(of("aarch64").program(Identity.Kind.PLAIN, program, program)).contains(program);
  }

  @Test
  void whatNamesItsTripletNamesTheGuests() {
    byte[] program =
        new ProgramBytes()
            .text("/usr/lib/x86_64-linux-gnu/gnupg")
            .instruction("/usr/lib/x86_64-linux-gnu/gnupg")
            .bytes();
    byte[] original = new ProgramBytes(183).text("/usr/lib/aarch64-linux-gnu/gnupg").bytes();

    assertThat(
            of("aarch64")
                .program(Identity.Kind.SILENT, program, original)
                .map(file -> ProgramBytes.named(file, 0)))
        .contains("/usr/lib/aarch64-linux-gnu/gnupg");
  }

  /// What uname(2) says of an ARM of 32 bits depends on its variant.
  @Test
  void whoAsksForTheMachineIsForGuestsThatAreAlike() {
    byte[] program = new ProgramBytes().bytes();
    byte[] library = new ProgramBytes().function("uname", 256).bytes();

    assertThat(of("riscv64").program(Identity.Kind.ASKING, program, program)).contains(program);
    assertThat(of("riscv64").library("libc.so.6", library, library).orElseThrow())
        .isNotEqualTo(library);
    assertThat(of("arm").program(Identity.Kind.ASKING, program, program)).isEmpty();
    assertThat(of("arm").library("libc.so.6", library, library)).contains(library);
  }
}
