package org.anyarch.build.containerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class IgnoreFileTest {
  @ParameterizedTest
  @CsvSource({
    "a, a, true",
    "a, b, false",
    "a, a/b/c, true",
    "a, b/a, false",
    "/a, a, true",
    "a/, a/b, true",
    "./a, a, true",
    "a/../b, b, true",
    "*.o, x.o, true",
    "*.o, d/x.o, false",
    "*/*.o, d/x.o, true",
    "**/*.o, x.o, true",
    "**/*.o, d/e/x.o, true",
    "d/**, d/e/f, true",
    "d/**/f, d/f, true",
    "d/**/f, d/e/e/f, true",
    "?, a, true",
    "?, ab, false",
    "[a-c]x, bx, true",
    "[^a-c]x, bx, false",
    "[^a-c]x, dx, true",
    "a[^b]c, a/c, true",
    "a[+-9]c, a/c, true",
    "a?c, a/c, false",
    "[a/]x, ax, true",
    "d/[/a]/x, d/a/x, true",
    "a.b, axb, false",
    "'a\\*', a*, true",
    "'a\\*', ab, false",
    "*, a/b, true",
    "**, a/b, true",
    "**.go, a/b.go, true",
    "a**b, axb, false",
    "a**/b, ac/b, true",
    "a/b, a/b/c, true",
    "../a, a, false",
    "/../a, a, true",
    "., a, false",
    "/, a, false",
    "' a ', a, true",
    "é?, éß, true",
  })
  void aPatternHidesWhatItMatchesAndAllBelow(String pattern, String path, boolean hidden)
      throws ContainerfileException {
    assertThat(IgnoreFile.parse(pattern + "\n", ".dockerignore").excludes(path)).isEqualTo(hidden);
  }

  @Test
  void theLastPatternThatMatchesDecides() throws ContainerfileException {
    IgnoreFile file =
        IgnoreFile.parse(
            "# a comment\n\n*\n!keep\nkeep/but-not\n!keep/but-not/this\n", ".dockerignore");

    assertThat(file.excludes("a")).isTrue();
    assertThat(file.excludes("keep")).isFalse();
    assertThat(file.excludes("keep/x")).isFalse();
    assertThat(file.excludes("keep/but-not/x")).isTrue();
    assertThat(file.excludes("keep/but-not/this")).isFalse();
    assertThat(file.prunes("a")).isTrue();
    assertThat(file.prunes("keep/but-not")).isFalse();
    assertThat(IgnoreFile.parse("a", ".dockerignore").prunes("a")).isTrue();
  }

  @Test
  void onlyTheFirstColumnBeginsAComment() throws ContainerfileException {
    assertThat(IgnoreFile.parse(" #a", ".dockerignore").excludes("#a")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"[a", "!", "x\n![", "[]"})
  void brokenPatternsAreRefusedWithTheirLine(String text) {
    assertThatThrownBy(() -> IgnoreFile.parse(text, ".dockerignore"))
        .isInstanceOf(ContainerfileException.class)
        .hasMessageMatching("(?s)\\.dockerignore:[12]:1: .*");
  }
}
