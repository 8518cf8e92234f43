package org.anyarch.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.anyarch.registry.RegistryException.Reason;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RegistryCredentialsTest {
  private static final String AUTH = "home/.config/containers/auth.json";
  private static final String DOCKER = "home/.docker/config.json";

  @TempDir private Path folder;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void user() {
    environment.put("HOME", folder.resolve("home").toString());
    environment.put("PATH", folder.resolve("bin").toString());
  }

  private Path write(String path, String content) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.resolveSibling("."));
    return Files.writeString(file, content);
  }

  private static String auths(String... keysAndUsers) {
    StringBuilder auths = new StringBuilder();
    for (int i = 0; i < keysAndUsers.length; i += 2) {
      auths.append(auths.isEmpty() ? "" : ",");
      auths.append('"').append(keysAndUsers[i]).append("\":{\"auth\":\"");
      String pair = keysAndUsers[i + 1] + ":a:b";
      auths.append(Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
      auths.append("\"}");
    }
    return "{\"auths\":{" + auths + "}}";
  }

  private RegistrySettings settings() {
    return RegistrySettings.of(environment).withSystem(folder);
  }

  private Credentials.Lookup lookup(String image) throws IOException, InterruptedException {
    RegistryReference reference = RegistryReference.parse(image);
    return new Credentials(settings())
        .of(new Endpoint(reference.registry(), reference.repository(), false));
  }

  private String user(String image) throws IOException, InterruptedException {
    return lookup(image).found().map(Credential::user).orElse("nobody");
  }

  @ParameterizedTest
  @CsvSource({
    "quay.io/a/b,    repository",
    "quay.io/a/c,    namespace",
    "quay.io/a/b/c,  repository",
    "quay.io/ab/c,   registry",
    "quay.io/d,      registry",
    "quay.io:1/a/b,  nobody",
    "x.quay.io/a/b,  nobody",
    "io/a/b,         nobody",
    "debian,         hub"
  })
  void theNarrowestKeyCounts(String image, String user) throws IOException, InterruptedException {
    write(
        AUTH,
        auths(
            "quay.io", "registry",
            "quay.io/a", "namespace",
            "quay.io/a/b", "repository",
            "docker.io/library", "hub"));

    assertThat(user(image)).isEqualTo(user);
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://index.docker.io/v1/", "index.docker.io", "docker.io"})
  void dockersOwnKeysAreKnown(String key) throws IOException, InterruptedException {
    write(DOCKER, auths(key, "user"));

    assertThat(user("debian")).isEqualTo("user");
    assertThat(user("quay.io/x")).isEqualTo("nobody");
  }

  @Test
  void aNamespacesKeyIsNoRegistrys() throws IOException, InterruptedException {
    write(AUTH, auths("quay.io/a", "user", "https://other.io/v2/", "url"));

    assertThat(user("quay.io/b/c")).isEqualTo("nobody");
    assertThat(user("other.io/b/c")).isEqualTo("url");
  }

  @Test
  void filesAreAskedInTheirOrder() throws IOException, InterruptedException {
    environment.put("XDG_RUNTIME_DIR", folder.resolve("run").toString());
    write(DOCKER, auths("a.io", "docker", "b.io", "docker", "c.io", "docker"));
    write(AUTH, auths("a.io", "config", "b.io", "config"));
    write("run/containers/auth.json", auths("a.io", "run"));

    assertThat(user("a.io/x")).isEqualTo("run");
    assertThat(user("b.io/x")).isEqualTo("config");
    assertThat(user("c.io/x")).isEqualTo("docker");

    write("other/config.json", auths("c.io", "elsewhere"));
    environment.put("DOCKER_CONFIG", folder.resolve("other").toString());
    assertThat(user("c.io/x")).isEqualTo("elsewhere");

    environment.put("REGISTRY_AUTH_FILE", write("only", auths("d.io", "only")).toString());
    assertThat(user("d.io/x")).isEqualTo("only");
    assertThat(user("a.io/x")).isEqualTo("nobody");
  }

  @Test
  void aPasswordMayHaveColonsAndIsNotShown() throws IOException, InterruptedException {
    write(AUTH, auths("a.io", "user"));

    Optional<Credential> found = lookup("a.io/x").found();

    assertThat(found.map(Credential::secret)).contains("a:b");
    assertThat(String.valueOf(found)).contains("user").doesNotContain("a:b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"auths\":[]}",
        "{\"auths\":{\"a.io\":7}}",
        "{\"auths\":{\"a.io\":{\"auth\":\"%%%\"}}}",
        "{\"auths\":{\"a.io\":{\"auth\":\"bm9jb2xvbg==\"}}}",
        "{\"auths\":",
        "[]"
      })
  void whatCannotBeReadIsSaidWithItsFile(String content) throws IOException {
    Path file = write(AUTH, content);

    assertThatThrownBy(() -> lookup("a.io/x"))
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.reason()).isEqualTo(Reason.SETTINGS))
        .hasMessageContaining(file.toString());
  }

  @Test
  void whatIsSecretIsNotQuoted() throws IOException {
    write(AUTH, "{\"auths\":{\"a.io\":{\"auth\":c2VjcmV0}}}");

    assertThatThrownBy(() -> lookup("a.io/x"))
        .hasMessageContaining("line 1, column")
        .hasMessageNotContaining("c2VjcmV0")
        .hasNoCause();
  }

  @Test
  void anEmptyFileHoldsNothing() throws IOException, InterruptedException {
    write(AUTH, "\n");
    write(DOCKER, "{\"auths\":{\"a.io\":{}}}");

    assertThat(user("a.io/x")).isEqualTo("nobody");
  }

  private void helper(String name, String script) throws IOException {
    Path file = write("bin/docker-credential-" + name, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void aStoreIsAskedForWhatTheFileLeavesOut() throws IOException, InterruptedException {
    helper("keys", "read -r server; echo '{\"Username\":\"'\"$server\"'\",\"Secret\":\"s\"}'");
    write(DOCKER, "{\"auths\":{\"https://index.docker.io/v1/\":{}},\"credsStore\":\"keys\"}");

    assertThat(user("debian")).isEqualTo("https://index.docker.io/v1/");
    assertThat(user("quay.io/x")).isEqualTo("quay.io");
  }

  @Test
  void aHelpersTokenIsAnIdentityToken() throws IOException, InterruptedException {
    helper("keys", "read -r _; echo '{\"Username\":\"<token>\",\"Secret\":\"s\"}'");
    write(DOCKER, "{\"credHelpers\":{\"a.io\":\"keys\"}}");

    assertThat(lookup("a.io/x").found().map(Credential::isIdentityToken)).contains(true);
    assertThat(lookup("b.io/x").found()).isEmpty();
  }

  @Test
  void aHelperThatHasNothingIsNoFault() throws IOException, InterruptedException {
    helper("keys", "echo 'credentials not found in native keychain'; exit 1");
    write(DOCKER, "{\"credsStore\":\"keys\"}");

    assertThat(lookup("a.io/x").notes()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "keys,         fails with status 3: locked",
    "missing,      is not installed",
    "../bin/keys,  is not installed"
  })
  void aHelperThatFailsIsRemembered(String name, String words)
      throws IOException, InterruptedException {
    helper("keys", "echo locked; exit 3");
    write(DOCKER, "{\"credsStore\":\"" + name + "\"}");

    Credentials.Lookup lookup = lookup("a.io/x");

    assertThat(lookup.found()).isEmpty();
    assertThat(lookup.notes()).hasSize(1).first().asString().contains(words);
  }
}
