package org.anyarch.build.containerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Against regular expressions that say the same, and against what would keep those busy for ever.
final class ShellPatternTest {
  @Provide
  Arbitrary<String> patterns() {
    return Arbitraries.of("a", "b", "*", "?", "\\*", "ä", "😀")
        .list()
        .ofMaxSize(5)
        .map(parts -> String.join("", parts));
  }

  @Provide
  Arbitrary<String> values() {
    return Arbitraries.of("a", "b", "*", "ä", "😀", "\n")
        .list()
        .ofMaxSize(8)
        .map(parts -> String.join("", parts));
  }

  private static Pattern regex(String pattern, boolean longest) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      switch (c) {
        case '*' -> out.append(longest ? ".*" : ".*?");
        case '?' -> out.append('.');
        case '\\' -> out.append("\\").append(pattern.charAt(++i));
        default -> out.append(c);
      }
    }
    return Pattern.compile(out.toString(), Pattern.DOTALL);
  }

  @Property(tries = 5_000)
  void prefixes(
      @ForAll("patterns") String pattern, @ForAll("values") String value, @ForAll boolean longest) {
    Matcher matcher = regex(pattern, longest).matcher(value);
    String expected = matcher.lookingAt() ? value.substring(matcher.end()) : value;

    assertThat(ShellPattern.of(pattern).withoutPrefix(value, longest)).isEqualTo(expected);
  }

  @Property(tries = 5_000)
  void suffixes(
      @ForAll("patterns") String pattern, @ForAll("values") String value, @ForAll boolean longest) {
    String expected = value;
    for (int start = 0; start <= value.length(); start = next(value, start)) {
      if (regex(pattern, longest).matcher(value.substring(start)).matches()) {
        expected = value.substring(0, start);
        if (longest) {
          break;
        }
      }
    }

    assertThat(ShellPattern.of(pattern).withoutSuffix(value, longest)).isEqualTo(expected);
  }

  private static int next(String value, int at) {
    return at + (at < value.length() ? Character.charCount(value.codePointAt(at)) : 1);
  }

  @Property(tries = 5_000)
  void firstReplacements(@ForAll("patterns") String pattern, @ForAll("values") String value) {
    String expected = regex(pattern, true).matcher(value).replaceFirst("<>");

    assertThat(ShellPattern.of(pattern).replaced(value, "<>", false)).isEqualTo(expected);
  }

  /// The empty match right behind another does not count, as it does for Java.
  @ParameterizedTest
  @CsvSource({
    "a, banana, b<>n<>n<>",
    "*, banana, <>",
    "a*n, banana, b<>a",
    "'', ab, <>a<>b<>",
    "??, abc, <>c",
    "x, abc, abc",
    "*, '', <>",
  })
  void allReplacements(String pattern, String value, String expected) {
    assertThat(ShellPattern.of(pattern).replaced(value, "<>", true)).isEqualTo(expected);
  }

  @Test
  void noPatternTakesForEver() {
    ShellPattern hostile = ShellPattern.of("*a".repeat(200) + "b");
    String value = "a".repeat(4000);

    Assertions.assertTimeoutPreemptively(
        Duration.ofMinutes(1),
        () -> {
          assertThat(hostile.withoutPrefix(value, false)).isEqualTo(value);
          assertThat(hostile.withoutPrefix(value, true)).isEqualTo(value);
          assertThat(hostile.withoutSuffix(value, false)).isEqualTo(value);
          assertThat(hostile.withoutSuffix(value, true)).isEqualTo(value);
          assertThat(hostile.replaced(value, "", true)).isEqualTo(value);
        });
  }

  @Test
  void aBackslashIsForFewCharacters() {
    assertThatThrownBy(() -> ShellPattern.of("\\a")).hasMessageContaining("\\*");
    assertThatThrownBy(() -> ShellPattern.of("a\\")).hasMessageContaining("\\*");
  }
}
