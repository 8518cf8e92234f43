package org.anyarch.build.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.anyarch.build.Meter;
import org.anyarch.build.Progress;
import org.anyarch.build.plan.CopyOptions;
import org.anyarch.build.plan.RemoteSource;
import org.anyarch.oci.Digest;
import org.anyarch.registry.Proxies;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Against servers of this very process.
final class FetcherTest {
  private static final String CONTENT = "some content";
  private static final String SUM =
      Digest.ofSha256(CONTENT.getBytes(StandardCharsets.UTF_8)).toString();

  @TempDir private Path folder;
  private HttpServer server;
  private String base;
  private Fetcher fetcher;
  private final AtomicInteger requests = new AtomicInteger();
  private final CountDownLatch over = new CountDownLatch(1);

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    base = "http://127.0.0.1:" + server.getAddress().getPort();
    server.createContext("/file", exchange -> answer(exchange, 200));
    server.createContext("/gone", exchange -> answer(exchange, 410));
    server.createContext(
        "/moved",
        exchange -> {
          exchange.getResponseHeaders().set("Location", "/file/other-name");
          answer(exchange, 302);
        });
    server.createContext(
        "/circle",
        exchange -> {
          exchange.getResponseHeaders().set("Location", "/circle");
          answer(exchange, 302);
        });
    server.createContext(
        "/short",
        exchange -> {
          exchange.sendResponseHeaders(200, 1000);
          exchange.getResponseBody().write(1);
          exchange.getResponseBody().flush();
          exchange.close();
        });
    server.createContext(
        "/stalled",
        exchange -> {
          exchange.sendResponseHeaders(200, 1000);
          exchange.getResponseBody().write(1);
          exchange.getResponseBody().flush();
          try {
            over.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    server.start();
    fetcher = new Fetcher(folder.resolve("work"), Map.of(), Progress.NONE);
  }

  private void answer(HttpExchange exchange, int status) throws IOException {
    requests.incrementAndGet();
    exchange.getResponseHeaders().set("Last-Modified", "Tue, 15 Nov 1994 12:45:26 GMT");
    exchange.sendResponseHeaders(status, CONTENT.length());
    exchange.getResponseBody().write(CONTENT.getBytes(StandardCharsets.UTF_8));
    exchange.close();
  }

  @AfterEach
  void end() {
    over.countDown();
    server.stop(0);
  }

  private static CopyOptions options(String checksum, Optional<Boolean> keepGitDir) {
    return new CopyOptions("", "", false, false, List.of(), checksum, keepGitDir, Optional.empty());
  }

  private Fetched fetch(String url, String checksum) throws IOException, InterruptedException {
    return fetcher.fetch(RemoteSource.of(url).orElseThrow(), options(checksum, Optional.empty()));
  }

  @Test
  void aFileHasItsContentTimeAndMode() throws IOException, InterruptedException {
    Fetched fetched = fetch(base + "/file/x.txt?a=b", SUM);

    assertThat(fetched.path()).hasContent(CONTENT);
    assertThat(fetched.name()).isEqualTo("x.txt");
    assertThat(Files.getLastModifiedTime(fetched.path()).toInstant())
        .isEqualTo(Instant.parse("1994-11-15T12:45:26Z"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(fetched.path())))
        .isEqualTo("rw-------");
  }

  @Test
  void oneFileIsFetchedOnce() throws IOException, InterruptedException {
    Fetched first = fetch(base + "/file", "");

    assertThat(fetch(base + "/file", "")).isEqualTo(first);
    assertThat(requests).hasValue(1);
  }

  @Test
  void redirectsAreFollowedAndTheNameStaysTheUrls() throws IOException, InterruptedException {
    Fetched fetched = fetch(base + "/moved", "");

    assertThat(fetched.path()).hasContent(CONTENT);
    assertThat(fetched.name()).isEqualTo("moved");
  }

  @ParameterizedTest
  @CsvSource({
    "/gone, answers 410",
    "/circle, redirects",
    "/short, after 1",
  })
  void whatFailsIsSaid(String path, String words) {
    assertThatThrownBy(() -> fetch(base + path, ""))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(base + path)
        .hasMessageContaining(words);
  }

  @Test
  void anotherContentIsRefused() {
    String other = "sha256:" + "0".repeat(64);
    assertThatThrownBy(() -> fetch(base + "/file", other))
        .hasMessageContaining(SUM)
        .hasMessageContaining(other);
  }

  @Test
  void aServerThatSendsNothingMoreIsLeft() throws IOException {
    Path work = Files.createDirectory(folder.resolve("stalled"));
    UrlFetch impatient = new UrlFetch(ProxySelector.of(null), Duration.ofMillis(200));
    RemoteSource.Url url = new RemoteSource.Url(URI.create(base + "/stalled"), "x");

    assertThatThrownBy(
            () -> impatient.fetch(url, "", work, _ -> new Meter(Progress.Transfer.UNHEARD)))
        .hasMessageContaining("nothing more came");
  }

  @Test
  void nobodyListening() {
    server.stop(0);
    assertThatThrownBy(() -> fetch(base + "/file", "")).hasMessageContaining("cannot get " + base);
  }

  @ParameterizedTest
  @CsvSource({
    "http://a.example/, proxy:3128",
    "http://b.example/, DIRECT",
    "http://x.b.example/, DIRECT",
    "http://xb.example/, proxy:3128",
    "https://a.example/, other:80",
    "http://127.0.0.1/, DIRECT",
  })
  void proxiesComeFromTheEnvironment(String uri, String proxy) {
    Proxies proxies =
        Proxies.of(
            Map.of(
                "http_proxy",
                "http://proxy:3128",
                "HTTPS_PROXY",
                "other",
                "no_proxy",
                ".b.example,c"));

    assertThat(proxies.select(URI.create(uri)).getFirst().toString())
        .contains(proxy.replace(":", "/<unresolved>:"));
  }

  /// A repository of this test's own, served as plain files.
  private Map<String, String> repository() throws IOException, InterruptedException {
    Path origin = Files.createDirectory(folder.resolve("origin"));
    Map<String, String> commits = new HashMap<>();
    git(origin, "init", "-q", "-b", "main", ".");
    for (String name : List.of("one", "two")) {
      Files.createDirectories(origin.resolve("sub"));
      Files.writeString(origin.resolve("sub/file"), name);
      git(origin, "add", ".");
      git(origin, "commit", "-q", "-m", name);
      git(origin, "tag", name);
      commits.put(name, git(origin, "rev-parse", "HEAD").strip());
    }
    Path bare = folder.resolve("bare");
    git(origin, "clone", "-q", "--bare", ".", bare.toString());
    git(bare, "update-server-info");
    server.createContext("/r.git", SimpleFileServer.createFileHandler(bare));
    return commits;
  }

  private static String git(Path at, String... arguments) throws IOException, InterruptedException {
    List<String> command = new java.util.ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(at.toFile()).redirectErrorStream(true);
    for (String who : List.of("AUTHOR", "COMMITTER")) {
      builder.environment().put("GIT_" + who + "_NAME", "a");
      builder.environment().put("GIT_" + who + "_EMAIL", "a@example.org");
      builder.environment().put("GIT_" + who + "_DATE", "2001-02-03T04:05:06Z");
    }
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(out).isZero();
    return out;
  }

  @Test
  void aRepositoryIsFetchedAtItsRef() throws IOException, InterruptedException {
    fetcher = new Fetcher(folder.resolve("work"), System.getenv(), Progress.NONE);
    Map<String, String> commits = repository();
    String url = base + "/r.git";

    assertThat(fetch(url, "").path().resolve("sub/file")).hasContent("two");
    assertThat(fetch(url + "?tag=one", "").path().resolve("sub/file")).hasContent("one");
    assertThat(fetch(url + "#main:sub", "").path().resolve("file")).hasContent("two");
    Fetched byCommit = fetch(url + "#" + commits.get("one"), commits.get("one").substring(0, 8));
    assertThat(byCommit.path().resolve("sub/file")).hasContent("one");
    assertThat(byCommit.path().resolve(".git")).doesNotExist();
    assertThat(Files.getLastModifiedTime(byCommit.path().resolve("sub")).toInstant())
        .isEqualTo(Instant.parse("2001-02-03T04:05:06Z"));
    RemoteSource source = RemoteSource.of(url).orElseThrow();
    assertThat(fetcher.fetch(source, options("", Optional.of(true))).path().resolve(".git"))
        .isDirectory();
  }

  @Test
  void aRepositoryThatIsNotWhatWasAskedForIsRefused() throws IOException, InterruptedException {
    fetcher = new Fetcher(folder.resolve("work"), System.getenv(), Progress.NONE);
    Map<String, String> commits = repository();
    String url = base + "/r.git";

    assertThatThrownBy(() -> fetch(url, commits.get("one")))
        .hasMessageContaining(commits.get("two"));
    assertThatThrownBy(() -> fetch(url + "#absent", "")).hasMessageContaining("absent");
    assertThatThrownBy(() -> fetch(url + "#:absent", "")).hasMessageContaining("no folder absent");
    assertThatThrownBy(() -> fetch(base + "/none.git", "")).hasMessageContaining("git");
  }
}
