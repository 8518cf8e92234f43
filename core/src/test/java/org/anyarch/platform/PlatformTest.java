package org.anyarch.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PlatformTest {
  @Test
  void ofPlatformsThatMeanTheSameAListKeepsTheFirst() throws PlatformException {
    assertThat(Platform.parseList("linux/arm64,riscv64,arm64/v8,linux/arm/v7,armhf,linux/arm64"))
        .extracting(Platform::toString)
        .containsExactly("linux/arm64", "linux/riscv64", "linux/arm/v7");
  }

  @ParameterizedTest
  @CsvSource({
    "linux/amd64, linux/amd64",
    "amd64, linux/amd64",
    "x86_64, linux/amd64",
    "x86-64, linux/amd64",
    "linux/amd64/v3, linux/amd64/v3",
    "i686, linux/386",
    "linux/386, linux/386",
    "aarch64, linux/arm64",
    "linux/arm64/v8, linux/arm64/v8",
    "LINUX/ARM64, linux/arm64",
    "' arm64 ', linux/arm64",
    "arm, linux/arm",
    "linux/arm/v6, linux/arm/v6",
    "armhf, linux/arm/v7",
    "armv7l, linux/arm/v7",
    "armel, linux/arm/v5",
    "armv6l, linux/arm/v6",
    "ppc64el, linux/ppc64le",
    "powerpc64le, linux/ppc64le",
    "s390x, linux/s390x",
    "riscv64, linux/riscv64",
    "loongarch64, linux/loong64",
    "mips64el, linux/mips64le",
  })
  void everyVocabularyIsUnderstood(String text, String platform) throws PlatformException {
    assertThat(Platform.parse(text)).hasToString(platform);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "linux/",
        "linux",
        "windows/amd64/v1",
        "linux/arm65",
        "linux/arm/v9",
        "linux/arm/v7/x",
        "linux/amd64/",
        "arm64/../..",
        "alpha"
      })
  void whatIsNoPlatformIsRefused(String text) {
    assertThatThrownBy(() -> Platform.parse(text))
        .isInstanceOf(PlatformException.class)
        .message()
        .hasLineCount(1);
  }

  @Test
  void aSlipOfTheFingerIsAnsweredWithTheNearestName() {
    assertThatThrownBy(() -> Platform.parse("linux/arm65")).hasMessageContaining("linux/arm64?");
    assertThatThrownBy(() -> Platform.parse("linux/arm/v9")).hasMessageContaining("v5, v6, v7, v8");
  }

  @Test
  void aListHasNoEmptyEntry() throws PlatformException {
    assertThat(Platform.parseList("arm64,linux/s390x"))
        .extracting(Platform::toString)
        .containsExactly("linux/arm64", "linux/s390x");
    assertThatThrownBy(() -> Platform.parseList("arm64,")).isInstanceOf(PlatformException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "linux/arm64/v8, linux/arm64",
    "linux/amd64/v1, linux/amd64",
    "linux/arm, linux/arm/v7",
    "linux/arm/v6, linux/arm/v6",
    "linux/amd64/v3, linux/amd64/v3",
    "linux/s390x, linux/s390x",
  })
  void equalMeaningsHaveOneSpelling(String text, String normalized) throws PlatformException {
    assertThat(Platform.parse(text).normalized()).hasToString(normalized);
    assertThat(Platform.parse(normalized).normalized()).hasToString(normalized);
  }

  @ParameterizedTest
  @CsvSource({
    "linux/arm/v7, linux/arm/v6, true",
    "linux/arm/v7, linux/arm/v7, true",
    "linux/arm/v6, linux/arm/v7, false",
    "linux/arm/v6, linux/arm, false",
    "linux/arm/v8, linux/arm, true",
    "linux/amd64, linux/amd64/v3, false",
    "linux/amd64/v3, linux/amd64/v2, true",
    "linux/amd64, linux/amd64/v1, true",
    "linux/arm64, linux/arm64/v8, true",
    "linux/arm64, linux/arm, false",
    "linux/amd64, linux/386, false",
  })
  void aMachineRunsWhatAsksForNoMoreThanItHas(String machine, String image, boolean runs)
      throws PlatformException {
    assertThat(Platform.parse(machine).canRun(Platform.parse(image))).isEqualTo(runs);
  }

  @Test
  void theMostDemandingVariantThatRunsIsTheBest() throws PlatformException {
    List<Platform> offered =
        Platform.parseList("linux/amd64,linux/arm/v5,linux/arm/v6,linux/arm/v8,linux/arm64");
    assertThat(Platform.parse("linux/arm/v7").best(offered))
        .hasValueSatisfying(best -> assertThat(best).hasToString("linux/arm/v6"));
    assertThat(Platform.parse("linux/s390x").best(offered)).isEmpty();
  }

  @Test
  void thisMachineIsOneOfTheGuests() {
    assertThat(Guest.of(Platform.host())).isPresent();
  }
}
