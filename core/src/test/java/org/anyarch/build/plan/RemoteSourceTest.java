package org.anyarch.build.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RemoteSourceTest {
  private static RemoteSource of(String text) {
    return RemoteSource.of(text).orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
    "http://h/a/b.tar.gz, b.tar.gz",
    "https://h/a/b/, b",
    "https://h/a%20b?x=y/z, a b",
    "https://h, __unnamed__",
    "https://h/, __unnamed__",
    "https://h/.., __unnamed__",
    "https://h/x.git/y, y",
  })
  void aUrlNamesItsFile(String text, String name) {
    assertThat(of(text))
        .isInstanceOfSatisfying(
            RemoteSource.Url.class, url -> assertThat(url.name()).isEqualTo(name));
  }

  @Test
  void aRepositoryHasAFragmentOrAQuery() {
    RemoteSource plain =
        new RemoteSource.Git("https://h/r.git", "", ".", "", Optional.empty(), true);
    assertThat(of("https://h/r.git")).isEqualTo(plain);
    assertThat(of("git@h:o/r.git#v1:a/../b/"))
        .isEqualTo(new RemoteSource.Git("git@h:o/r.git", "v1", "b", "", Optional.empty(), true));
    assertThat(of("ssh://git@h/r?tag=v1&keep-git-dir=true&submodules=0&subdir=/d&commit=abc"))
        .isEqualTo(
            new RemoteSource.Git(
                "ssh://git@h/r", "refs/tags/v1", "d", "abc", Optional.of(true), false));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "./a", "github.com/a/b", "a.git", "ftp://h/a", "http:/a", "a@b"})
  void otherwiseItIsAPath(String text) {
    assertThat(RemoteSource.of(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"https://h/a b", "http:///a", "git://h/r?x=y", "git://h/r#--upload-pack=x"})
  void whatCannotBeOneIsRefused(String text) {
    assertThatThrownBy(() -> RemoteSource.of(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aPasswordIsNotShown() {
    assertThat(of("https://u:secret@h/a").shown()).isEqualTo("https://u:…@h/a");
  }

  @Property
  void anyTextIsReadOrRefused(@ForAll String text) {
    for (String start : new String[] {"", "https://h/", "git://h/r#", "git@h:r?"}) {
      try {
        assertThat(RemoteSource.of(start + text)).isNotNull();
      } catch (IllegalArgumentException e) {
        assertThat(e.getMessage()).isNotEmpty();
      }
    }
  }
}
