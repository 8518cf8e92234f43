package org.anyarch.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/// What cases take from elsewhere, on this machine: a web server with files and a git repository,
/// and the socket of an SSH agent. A Containerfile says `@SERVER@` and `@COMMIT@`.
final class CorpusRemote implements AutoCloseable {
  /// An image whose triggers the cases `FROM trigger` meet.
  static final String TRIGGER =
      """
      FROM base
      WORKDIR /app
      ONBUILD ENV WHEN=later
      ONBUILD COPY a /app/a
      ONBUILD RUN cat a > b && echo $WHEN >> b
      """;

  private static final String SERVED =
      """
      set -e
      export GIT_AUTHOR_DATE='1500000000 +0000' GIT_COMMITTER_DATE='1500000000 +0000'
      export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
      mkdir -p repo/sub
      cd repo
      git init -q -b main
      git config user.name n
      git config user.email n@example.org
      echo one > one
      echo two > sub/two
      chmod 755 sub/two
      ln -s one link
      git add .
      git commit -q -m first
      git tag v1
      git tag -a -m annotated v1a
      echo changed > one
      git commit -q -a -m second
      git rev-parse HEAD > ../commit
      cd ..
      git clone -q --bare repo repo.git
      git -C repo.git config uploadpack.allowAnySHA1InWant true
      tar --sort=name --owner=5 --group=6 -C repo -czf archive.tar.gz one link sub
      printf text > file.txt
      touch -d @1500000000 file.txt archive.tar.gz
      """;

  private final HttpServer server;
  private final ServerSocketChannel agent;
  private final String commit;

  private CorpusRemote(HttpServer server, ServerSocketChannel agent, String commit) {
    this.server = server;
    this.agent = agent;
    this.commit = commit;
  }

  /// Serves `served` of the folder; the agent's socket is `agent` in it.
  static CorpusRemote start(Path folder) throws IOException {
    Path served = Files.createDirectories(folder.resolve("served"));
    Processes.must(served, "sh", "-c", SERVED);
    HttpServer server =
        SimpleFileServer.createFileServer(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            served,
            SimpleFileServer.OutputLevel.NONE);
    server.createContext("/repo.git", exchange -> git(exchange, served));
    server.start();
    ServerSocketChannel agent = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    agent.bind(UnixDomainSocketAddress.of(folder.resolve("agent")));
    return new CorpusRemote(server, agent, Files.readString(served.resolve("commit")).strip());
  }

  /// Answers as `git http-backend` does, since the plain files of a repository are not enough for a
  /// fetch of the newest commit alone.
  private static void git(HttpExchange exchange, Path served) throws IOException {
    byte[] asked = exchange.getRequestBody().readAllBytes();
    ProcessBuilder backend =
        new ProcessBuilder("git", "http-backend")
            .directory(served.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    Map<String, String> environment = backend.environment();
    environment.put("GIT_PROJECT_ROOT", served.toString());
    environment.put("GIT_HTTP_EXPORT_ALL", "1");
    environment.put("REQUEST_METHOD", exchange.getRequestMethod());
    environment.put("PATH_INFO", exchange.getRequestURI().getPath());
    environment.put(
        "QUERY_STRING", Objects.requireNonNullElse(exchange.getRequestURI().getRawQuery(), ""));
    environment.put("CONTENT_LENGTH", String.valueOf(asked.length));
    for (String header : List.of("Content-Type", "Content-Encoding", "Git-Protocol")) {
      String value = exchange.getRequestHeaders().getFirst(header);
      if (value != null) {
        String name = header.toUpperCase(Locale.ROOT).replace('-', '_');
        environment.put(name, value);
        environment.put("HTTP_" + name, value);
      }
    }
    Process process = backend.start();
    try (exchange) {
      try (OutputStream in = process.getOutputStream()) {
        in.write(asked);
      }
      answer(exchange, new String(process.getInputStream().readAllBytes(), ISO_8859_1));
    }
  }

  /// Sends headers and body as a CGI program has said them.
  private static void answer(HttpExchange exchange, String said) throws IOException {
    int end = said.indexOf("\r\n\r\n");
    int status = 200;
    for (String line : said.substring(0, end).split("\r\n", -1)) {
      String[] header = line.split(": ", 2);
      if (header[0].equals("Status")) {
        status = Integer.parseInt(header[1].substring(0, 3));
      } else {
        exchange.getResponseHeaders().add(header[0], header[1]);
      }
    }
    byte[] body = said.substring(end + 4).getBytes(ISO_8859_1);
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      exchange.getResponseBody().write(body);
    }
  }

  String named(String containerfile) {
    return containerfile
        .replace("@SERVER@", "http://127.0.0.1:" + server.getAddress().getPort())
        .replace("@COMMIT@", commit);
  }

  @Override
  public void close() throws IOException {
    server.stop(0);
    agent.close();
  }
}
