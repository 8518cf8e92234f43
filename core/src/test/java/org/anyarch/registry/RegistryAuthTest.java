package org.anyarch.registry;

import static org.anyarch.registry.FaultyRegistry.bytes;
import static org.anyarch.registry.FaultyRegistry.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.anyarch.registry.RegistryException.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Who is shown what: a credential goes to its registry and to the token service that this one
/// names, a token to its registry, and nothing to anybody else.
final class RegistryAuthTest extends RegistryFixture {
  private static final String DOCUMENT = "{\"schemaVersion\":2,\"config\":{},\"layers\":[]}";
  private static final String MANIFEST = "GET /v2/a/b/manifests/1";

  /// The manifest for who shows the right thing, else a challenge.
  private static FaultyRegistry.Reply guarded(
      String authorization, String challenge, FaultyRegistry.Reply reply) {
    return exchange -> {
      String shown = exchange.getRequestHeaders().getFirst("Authorization");
      if (authorization.equals(shown)) {
        reply.to(exchange);
      } else {
        status(
                401,
                "{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"who is there?\"}]}",
                "WWW-Authenticate",
                challenge)
            .to(exchange);
      }
    };
  }

  private String bearer(FaultyRegistry service) {
    return "Bearer realm=\""
        + service.url("/token")
        + "\",service=\"the, service\",scope=\"repository:a/b:pull\"";
  }

  private void assertNothingWasShownTo(FaultyRegistry server) {
    assertThat(server.seen()).isNotEmpty();
    assertThat(server.seen()).allSatisfy(s -> assertThat(s.header("Authorization")).isEmpty());
  }

  @Test
  void passwordsAreShownOnlyWhenAskedFor() throws IOException, InterruptedException {
    login(registry.host(), "user:secret");
    registry.on(MANIFEST, guarded(basic("user:secret"), "Basic realm=\"x\"", manifest(DOCUMENT)));

    try (RegistryClient client = client()) {
      client.manifest(image("a/b:1"));
      client.manifest(image("a/b:1"));
    }

    assertThat(registry.seen().stream().map(s -> s.header("Authorization")))
        .containsExactly("", basic("user:secret"), basic("user:secret"));
  }

  @Test
  void aTokenIsFetchedOnceAndKeptForAsLongAsItHolds() throws IOException, InterruptedException {
    login(registry.host(), "user:secret");
    registry.on(MANIFEST, guarded("Bearer t", bearer(other), manifest(DOCUMENT)));
    other.on("GET /token", status(200, "{\"token\":\"t\",\"expires_in\":300}"));

    try (RegistryClient client = client()) {
      client.manifest(image("a/b:1"));
      now = now.plus(Duration.ofSeconds(280));
      client.manifest(image("a/b:1"));
      assertThat(other.seen()).hasSize(1);
      now = now.plus(Duration.ofSeconds(30));
      client.manifest(image("a/b:1"));
    }

    assertThat(other.seen()).hasSize(2);
    FaultyRegistry.Seen asked = other.seen().getFirst();
    assertThat(asked.header("Authorization")).isEqualTo(basic("user:secret"));
    assertThat(asked.uri())
        .isEqualTo("/token?service=the%2C+service&scope=repository%3Aa%2Fb%3Apull");
    assertThat(registry.seen())
        .allSatisfy(s -> assertThat(s.header("Authorization")).isIn("", "Bearer t"));
  }

  @Test
  void aTokenThatIsRefusedIsReplacedOnce() throws IOException, InterruptedException {
    registry.on(MANIFEST, guarded("Bearer new", bearer(other), manifest(DOCUMENT)));
    other.on(
        "GET /token",
        status(200, "{\"access_token\":\"old\",\"expires_in\":3000}"),
        status(200, "{\"access_token\":\"new\"}"));

    try (RegistryClient client = client()) {
      assertThatThrownBy(() -> client.manifest(image("a/b:1")))
          .isInstanceOf(RegistryException.class);
      client.manifest(image("a/b:1"));
    }

    assertThat(other.seen()).hasSize(2);
    assertNothingWasShownTo(other);
  }

  @Test
  void anIdentityTokenIsPostedToTheService() throws IOException, InterruptedException {
    write(
        "home/.config/containers/auth.json",
        "{\"auths\":{\"" + registry.host() + "\":{\"identitytoken\":\"refresh&me\"}}}");
    registry.on(MANIFEST, guarded("Bearer t", bearer(other), manifest(DOCUMENT)));
    other.on("POST /token", status(200, "{\"access_token\":\"t\"}"));

    try (RegistryClient client = client()) {
      client.manifest(image("a/b:1"));
    }

    assertThat(other.seen().getFirst().text())
        .isEqualTo(
            "grant_type=refresh_token&client_id=anyarch&service=the%2C+service"
                + "&scope=repository%3Aa%2Fb%3Apull&refresh_token=refresh%26me");
    assertNothingWasShownTo(other);
  }

  @Test
  void anIdentityTokenIsNotRedirected() throws IOException {
    write(
        "home/.config/containers/auth.json",
        "{\"auths\":{\"" + registry.host() + "\":{\"identitytoken\":\"refresh\"}}}");
    registry.on(MANIFEST, guarded("Bearer t", bearer(registry), manifest(DOCUMENT)));
    registry.on("POST /token", status(307, "", "Location", other.url("/token")));

    assertFails(Reason.REFUSED, "answers 307");
    assertThat(other.seen()).isEmpty();
  }

  @Test
  void aRedirectElsewhereTakesNoAuthorizationAlong() throws IOException, InterruptedException {
    login(registry.host(), "user:secret");
    byte[] content = content(1000);
    String path = "/v2/a/b/blobs/" + blob(content).digest();
    registry.on(
        "GET " + path,
        guarded(
            basic("user:secret"),
            "Basic realm=\"x\"",
            status(307, "", "Location", other.url("/storage?signed=1"))));
    other.on("GET /storage", bytes(200, content));

    try (RegistryClient client = client()) {
      client.blob(image("a/b"), blob(content), folder.resolve("blob"), _ -> {});
    }

    assertThat(folder.resolve("blob")).hasBinaryContent(content);
    assertNothingWasShownTo(other);
  }

  @Test
  void whoSendsItBackGetsNoneEither() throws IOException, InterruptedException {
    login(registry.host(), "user:secret");
    registry.on(
        MANIFEST,
        guarded(
            basic("user:secret"),
            "Basic realm=\"x\"",
            status(302, "", "Location", other.url("/away"))));
    other.on("GET /away", status(302, "", "Location", registry.url("/v2/elsewhere")));
    registry.on("GET /v2/elsewhere", manifest(DOCUMENT));

    try (RegistryClient client = client()) {
      client.manifest(image("a/b:1"));
    }

    assertThat(registry.seen().getLast().uri()).isEqualTo("/v2/elsewhere");
    assertThat(registry.seen().getLast().header("Authorization")).isEmpty();
    assertNothingWasShownTo(other);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Basic realm=\"x\"", "Bearer realm=\"https://127.0.0.1:1/token\""})
  void aStrangerWhoAsksForCredentialsGetsNone(String challenge) throws IOException {
    login(registry.host(), "user:secret");
    registry.on(MANIFEST, status(307, "", "Location", other.url("/storage")));
    other.on("GET /storage", status(401, "", "WWW-Authenticate", challenge));

    assertFails(Reason.UNAUTHORIZED, "answers 401");
    assertThat(other.seen()).hasSize(1);
    assertNothingWasShownTo(other);
  }

  @Test
  void aStrangerWhoIsLoggedInToIsNotShownTheRegistrysCredentials()
      throws IOException, InterruptedException {
    login(other.host(), "user:secret");
    registry.on(MANIFEST, guarded("nothing", "Basic realm=\"" + other.host() + "\"", status(500)));

    assertFails(Reason.UNAUTHORIZED, "No credentials");
    assertNothingWasShownTo(registry);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:1/token",
        "ftp://127.0.0.1/token",
        "https://user@127.0.0.1/token",
        "https:///token",
        "/token",
        "",
        "https://127.0.0.1/ token",
        "file:///etc/passwd"
      })
  void aTokenServiceWithoutTlsIsNotAsked(String realm) throws IOException {
    login(registry.host(), "user:secret");
    registry.on(
        MANIFEST, guarded("nothing", "Bearer realm=\"" + realm + "\",service=\"s\"", status(500)));

    assertFails(Reason.REFUSED, "token service");
    assertNothingWasShownTo(registry);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:1/x",
        "ftp://127.0.0.1/x",
        "https://user:password@127.0.0.1/x",
        "",
        "https://",
        "file:///etc/passwd"
      })
  void noRedirectLeadsAwayFromTls(String location) throws IOException {
    registry.on(MANIFEST, status(302, "", "Location", location));

    assertFails(Reason.REFUSED, "it leads on to");
    assertThat(registry.seen()).hasSize(1);
  }

  @Test
  void redirectsEnd() throws IOException {
    registry.on(MANIFEST, status(302, "", "Location", registry.url("/v2/a/b/manifests/1")));

    assertFails(Reason.REFUSED, "redirects");
    assertThat(registry.seen()).hasSizeLessThan(8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "{\"token\":7}",
        "{\"token\":\"a b\"}",
        "{\"token\":\"a\\r\\nHost: evil\"}",
        "{\"token\":\"\u00e9\"}",
        "no json"
      })
  void aTokenThatIsNoneIsNotSent(String answer) throws IOException {
    registry.on(MANIFEST, guarded("nothing", bearer(other), status(500)));
    other.on("GET /token", status(200, answer));

    assertFails(Reason.REFUSED, "token service");
    assertThat(registry.seen()).hasSize(1);
  }

  @Test
  void anEndlessTokenIsLeft() throws IOException {
    registry.on(MANIFEST, guarded("nothing", bearer(other), status(500)));
    other.on("GET /token", FaultyRegistry.endless());

    assertFails(Reason.REFUSED, "more than");
  }

  @Test
  void aTokenServiceIsWaitedFor() throws IOException, InterruptedException {
    registry.on(MANIFEST, guarded("Bearer t", bearer(other), manifest(DOCUMENT)));
    other.on("GET /token", status(503, "", "Retry-After", "7"), status(200, "{\"token\":\"t\"}"));

    try (RegistryClient client = client()) {
      client.manifest(image("a/b:1"));
    }

    assertThat(pauses).containsExactly(Duration.ofSeconds(7));
  }

  @Test
  void whoIsRefusedReadsWhichCredentialsWereUsed() throws IOException {
    login(registry.host() + "/a", "user:secret");
    registry.on(MANIFEST, guarded("nothing", bearer(other), status(500)));
    other.on("GET /token", status(401, "{\"details\":\"incorrect username or password\"}"));

    assertFails(
        Reason.UNAUTHORIZED,
        "incorrect username",
        "user in " + folder.resolve("home/.config/containers/auth.json"),
        "podman login " + registry.host());
  }

  @Test
  void whoHasNoCredentialsReadsWhereTheyWereLookedFor() throws IOException {
    environment.put("XDG_RUNTIME_DIR", folder.resolve("run").toString());
    registry.on(MANIFEST, guarded("nothing", "Basic realm=\"x\"", status(500)));

    assertFails(
        Reason.UNAUTHORIZED,
        "UNAUTHORIZED: who is there?",
        "No credentials for " + registry.host() + "/a/b were found in",
        folder.resolve("run/containers/auth.json").toString(),
        folder.resolve("home/.docker/config.json").toString(),
        "podman login " + registry.host());
  }

  @Test
  void aHelperThatIsMissingIsSaidToWhoIsRefused() throws IOException {
    write("home/.docker/config.json", "{\"credsStore\":\"desktop\"}");
    registry.on(MANIFEST, guarded("nothing", "Basic realm=\"x\"", status(500)));

    assertFails(
        Reason.UNAUTHORIZED, "docker-credential-desktop", "config.json", "is not installed");
  }

  @Test
  void aHelperIsAsked() throws IOException, InterruptedException {
    write("home/.docker/config.json", "{\"credHelpers\":{\"" + registry.host() + "\":\"mine\"}}");
    var helper =
        write(
            "bin/docker-credential-mine",
            "#!/bin/sh\nread -r server\n"
                + "[ \"$1 $server\" = 'get "
                + registry.host()
                + "' ] && echo '{\"Username\":\"user\",\"Secret\":\"secret\"}'\n");
    Files.setPosixFilePermissions(helper, PosixFilePermissions.fromString("rwx------"));
    registry.on(MANIFEST, guarded(basic("user:secret"), "Basic realm=\"x\"", manifest(DOCUMENT)));

    try (RegistryClient client = client()) {
      client.manifest(image("a/b:1"));
    }

    assertThat(registry.seen()).hasSize(2);
  }

  private void assertFails(Reason reason, String... words) throws IOException {
    try (RegistryClient client = client()) {
      assertThatThrownBy(() -> client.manifest(image("a/b:1")))
          .isInstanceOfSatisfying(
              RegistryException.class, e -> assertThat(e.reason()).isEqualTo(reason))
          .hasMessageContaining(registry.host() + "/a/b:1")
          .satisfies(e -> List.of(words).forEach(word -> assertThat(e.getMessage()).contains(word)))
          .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret"));
    }
  }
}
