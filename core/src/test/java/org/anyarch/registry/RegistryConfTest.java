package org.anyarch.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.anyarch.registry.RegistryException.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RegistryConfTest {
  private static final String SYSTEM = "etc/containers/registries.conf";
  private static final String USER = "home/.config/containers/registries.conf";

  @TempDir private Path folder;
  private final Map<String, String> environment = new HashMap<>();

  private RegistriesConf conf() throws RegistryException {
    environment.put("HOME", folder.resolve("home").toString());
    return RegistriesConf.read(RegistrySettings.of(environment).withSystem(folder));
  }

  private void write(String path, String content) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.resolveSibling("."));
    Files.writeString(file, content);
  }

  private List<String> sources(String image) throws RegistryException {
    return conf().sources(RegistryReference.parse(image)).stream()
        .map(e -> e.name() + (e.insecure() ? " insecure" : ""))
        .toList();
  }

  @Test
  void withoutSettingsARegistryIsItself() throws RegistryException {
    assertThat(sources("quay.io/a/b")).containsExactly("quay.io/a/b");
    assertThat(sources("debian")).containsExactly("docker.io/library/debian");
  }

  @Test
  void theLongestPrefixCounts() throws IOException {
    write(
        SYSTEM,
        """
        [[registry]]
        prefix = "quay.io"
        location = "first.example"

        [[registry]]
        prefix = "quay.io/a"
        location = "second.example:5000/x"
        insecure = true

        [[registry]]
        prefix = "*.example.org"
        location = "third.example"

        [[registry]]
        prefix = "*.wild.org"
        insecure = true
        """);

    assertThat(sources("quay.io/a/b")).containsExactly("second.example:5000/x/b insecure");
    assertThat(sources("quay.io/ab/c")).containsExactly("first.example/ab/c");
    assertThat(sources("quay.io:444/ab/c")).containsExactly("quay.io:444/ab/c");
    assertThat(sources("a.b.example.org/c")).containsExactly("third.example/c");
    assertThat(sources("example.org/c")).containsExactly("example.org/c");
    assertThat(sources("x.wild.org/c")).containsExactly("x.wild.org/c insecure");
  }

  @Test
  void mirrorsComeFirstIfTheyServeSuchImages() throws IOException {
    write(
        SYSTEM,
        """
        [[registry]]
        location = "docker.io"

        [[registry.mirror]]
        location = "one.example/hub"

        [[registry.mirror]]
        location = "two.example"
        insecure = true
        pull-from-mirror = "digest-only"

        [[registry.mirror]]
        location = "three.example"
        pull-from-mirror = "tag-only"
        """);
    String digest = "@sha256:" + "0".repeat(64);

    assertThat(sources("debian"))
        .containsExactly(
            "one.example/hub/library/debian",
            "three.example/library/debian",
            "docker.io/library/debian");
    assertThat(sources("debian" + digest))
        .containsExactly(
            "one.example/hub/library/debian",
            "two.example/library/debian insecure",
            "docker.io/library/debian");
    assertThat(conf().target(RegistryReference.parse("debian")).name())
        .isEqualTo("docker.io/library/debian");
  }

  @Test
  void theUsersFileGoesBeforeTheSystemsAndDropInsReplaceBoth() throws IOException {
    write(SYSTEM, "[[registry]]\nprefix = 'a.io'\nlocation = 'system.io'\n");
    assertThat(sources("a.io/x")).containsExactly("system.io/x");
    write(USER, "[[registry]]\nprefix = 'a.io'\nlocation = 'user.io'\n");
    assertThat(sources("a.io/x")).containsExactly("user.io/x");
    write(SYSTEM + ".d/10-b.conf", "[[registry]]\nprefix = 'a.io'\nlocation = 'ten.io'\n");
    write(SYSTEM + ".d/05-b.conf", "[[registry]]\nprefix = 'a.io'\nlocation = 'five.io'\n");
    assertThat(sources("a.io/x")).containsExactly("ten.io/x");
    write(USER + ".d/01.conf", "[[registry]]\nprefix = 'a.io'\nlocation = 'own.io'\n");
    assertThat(sources("a.io/x")).containsExactly("own.io/x");
  }

  @Test
  void anEnvironmentsFileReplacesTheMainOne() throws IOException {
    write(SYSTEM, "[[registry]]\nprefix = 'a.io'\nlocation = 'system.io'\n");
    write("mine.conf", "");
    environment.put("CONTAINERS_REGISTRIES_CONF", folder.resolve("mine.conf").toString());

    assertThat(sources("a.io/x")).containsExactly("a.io/x");
  }

  @Test
  void namesWithoutAHostHaveAliases() throws IOException {
    write(
        SYSTEM + ".d/shortnames.conf",
        "[aliases]\n'fedora' = 'registry.fedoraproject.org/fedora'\n'gone' = 'x.io/y'\n");
    write(USER + ".d/x.conf", "[aliases]\n'a/b' = 'quay.io/c/d'\n'gone' = ''\n");
    write(
        "home/.cache/containers/short-name-aliases.conf",
        "[aliases]\n'chosen' = 'quay.io/chosen'\n");

    assertThat(conf().named("fedora:41")).hasToString("registry.fedoraproject.org/fedora:41");
    assertThat(conf().named("docker://a/b")).hasToString("quay.io/c/d");
    assertThat(conf().named("chosen")).hasToString("quay.io/chosen");
    assertThat(conf().named("gone")).hasToString("docker.io/library/gone");
    assertThat(conf().named("localhost/fedora")).hasToString("localhost/fedora");
  }

  @Test
  void otherNamesAreLookedForAtTheOnlyRegistry() throws IOException {
    write(SYSTEM, "unqualified-search-registries = ['quay.io']\n");
    assertThat(conf().named("x/y:z")).hasToString("quay.io/x/y:z");

    write(SYSTEM + ".d/a.conf", "unqualified-search-registries = ['a.io', 'docker.io']\n");
    assertThatThrownBy(() -> conf().named("x"))
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NAME))
        .hasMessageContaining("a.io, docker.io");

    write(SYSTEM + ".d/b.conf", "unqualified-search-registries = []\n");
    assertThat(conf().named("x")).hasToString("docker.io/library/x");
  }

  @Test
  void withoutVerificationEveryRegistryIsInsecure() throws RegistryException {
    RegistriesConf conf =
        RegistriesConf.read(RegistrySettings.of(Map.of()).withSystem(folder).withoutTlsVerify());

    assertThat(conf.target(RegistryReference.parse("debian")).insecure()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[registries.search]\nregistries = ['docker.io']\n",
        "[[registry]]\ninsecure = true\n",
        "[[registry]]\nlocation = 'a.io'\ninsecure = 'yes'\n",
        "[[registry]]\nlocation = 'a.io'\n[[registry.mirror]]\ninsecure = true\n",
        "registry = 'a.io'\n",
        "unqualified-search-registries = 'a.io'\n",
        "[aliases]\nx = 7\n",
        "[[registry]\n",
        "\0"
      })
  void whatCannotBeReadIsSaidWithItsFile(String content) throws IOException {
    write(SYSTEM, content);

    assertThatThrownBy(this::conf)
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.reason()).isEqualTo(Reason.SETTINGS))
        .hasMessageContaining(folder.resolve(SYSTEM).toString());
  }

  @Test
  void aLocationThatIsNoneIsSaidWithItsFile() throws IOException {
    write(SYSTEM, "[[registry]]\nprefix = 'a.io'\nlocation = 'https://b.io'\n");

    assertThatThrownBy(() -> sources("a.io/x"))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("https://b.io")
        .hasMessageContaining(SYSTEM);
  }
}
