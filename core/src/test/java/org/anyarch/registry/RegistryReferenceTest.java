package org.anyarch.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.anyarch.registry.RegistryException.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RegistryReferenceTest {
  private static final String HEX =
      "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

  @ParameterizedTest
  @CsvSource({
    "debian,                      docker.io/library/debian",
    "debian:trixie,               docker.io/library/debian:trixie",
    "docker://debian:trixie,      docker.io/library/debian:trixie",
    "user/image,                  docker.io/user/image",
    "docker.io/debian,            docker.io/library/debian",
    "index.docker.io/debian,      docker.io/library/debian",
    "quay.io/fedora/fedora:41,    quay.io/fedora/fedora:41",
    "localhost/x,                 localhost/x",
    "localhost:5000/x:y,          localhost:5000/x:y",
    "host:5000/x,                 host:5000/x",
    "HOST/x,                      HOST/x",
    "[::1]:5000/a/b:c,            '[::1]:5000/a/b:c'",
    "127.0.0.1/a__b/c-d--e.f,     127.0.0.1/a__b/c-d--e.f",
    "ghcr.io/a/b/c/d:v1.2-3_4,    ghcr.io/a/b/c/d:v1.2-3_4",
  })
  void namesAreReadAsUsersWriteThem(String text, String whole) throws RegistryException {
    assertThat(RegistryReference.parse(text)).hasToString(whole);
  }

  @Test
  void aDigestGoesBeforeTheTag() throws RegistryException {
    RegistryReference image = RegistryReference.parse("debian:trixie@sha256:" + HEX);

    assertThat(image.tag()).isEqualTo("trixie");
    assertThat(image.version()).isEqualTo("sha256:" + HEX);
    assertThat(image).hasToString("docker.io/library/debian:trixie@sha256:" + HEX);
    assertThat(image.withTag("x").version()).isEqualTo("x");
    assertThat(image.withTag("").version()).isEqualTo("latest");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        "@",
        "/",
        "docker://",
        "debian:",
        "debian@",
        "debian@sha256:12",
        "debian@md5:0123456789abcdef0123456789abcdef",
        "debian:a:b/c:",
        "Debian",
        "quay.io/Upper/case",
        "quay.io/",
        "quay.io//x",
        "quay.io/x/",
        "quay.io/../x",
        "quay.io/x/./y",
        "host:99999/x",
        "host:/x",
        "-host.io/x",
        "user@host.io/x",
        "host.io/x?y=z",
        "host.io/x#y",
        "host.io/x y",
        "host.io/x\ny",
        "host.io/%2e%2e/x",
        "https://host.io/x",
        "oci:folder:tag:other",
        "é.io/x"
      })
  void whatNamesNothingIsRefusedWithItsText(String text) {
    assertThatThrownBy(() -> RegistryReference.parse(text))
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NAME))
        .hasMessageContaining("names no image");
  }
}
