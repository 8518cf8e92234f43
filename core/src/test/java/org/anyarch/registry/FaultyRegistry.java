package org.anyarch.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/// A server with TLS that answers what a test tells it, right or wrong, and remembers what it was
/// asked.
final class FaultyRegistry implements AutoCloseable {
  interface Reply {
    void to(HttpExchange exchange) throws IOException;
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Seen(String method, String uri, Map<String, List<String>> headers, byte[] body) {
    String header(String name) {
      return headers.entrySet().stream()
          .filter(e -> e.getKey().equalsIgnoreCase(name))
          .map(e -> e.getValue().getFirst())
          .findFirst()
          .orElse("");
    }

    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
      return method + " " + uri;
    }
  }

  private final HttpsServer server;
  private final Map<String, Deque<Reply>> replies = new ConcurrentHashMap<>();
  private final List<Seen> seen = new CopyOnWriteArrayList<>();
  private final CountDownLatch over = new CountDownLatch(1);

  FaultyRegistry(SSLContext tls, boolean asksForCertificate) throws IOException {
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(tls) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters wanted = getSSLContext().getDefaultSSLParameters();
            wanted.setNeedClientAuth(asksForCertificate);
            parameters.setSSLParameters(wanted);
          }
        });
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
  }

  private void answer(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String uri = exchange.getRequestURI().toString();
    seen.add(
        new Seen(exchange.getRequestMethod(), uri, Map.copyOf(exchange.getRequestHeaders()), body));
    Deque<Reply> known =
        replies.getOrDefault(
            exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath(),
            new ArrayDeque<>(List.of(status(404))));
    Reply reply;
    synchronized (known) {
      reply = known.size() > 1 ? known.removeFirst() : known.getFirst();
    }
    try (exchange) {
      reply.to(exchange);
    }
  }

  String host() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  String url(String path) {
    return "https://" + host() + path;
  }

  /// What is answered to a method and a path, one after the other, and the last for ever.
  void on(String request, Reply... answers) {
    replies.put(request, new ArrayDeque<>(List.of(answers)));
  }

  List<Seen> seen() {
    return List.copyOf(seen);
  }

  static Reply status(int status) {
    return status(status, "");
  }

  static Reply status(int status, String body, String... headers) {
    return bytes(status, body.getBytes(StandardCharsets.UTF_8), headers);
  }

  static Reply bytes(int status, byte[] body, String... headers) {
    return exchange -> {
      for (int i = 0; i < headers.length; i += 2) {
        exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
      }
      boolean isHead = exchange.getRequestMethod().equals("HEAD");
      if (isHead && status == 200) {
        exchange.getResponseHeaders().set("Content-Length", String.valueOf(body.length));
      }
      exchange.sendResponseHeaders(status, isHead || body.length == 0 ? -1 : body.length);
      if (!isHead && body.length > 0) {
        exchange.getResponseBody().write(body);
      }
    };
  }

  /// Blobs as registries give them: the range that was asked for.
  static Reply ranges(byte[] body) {
    return exchange -> {
      String range = exchange.getRequestHeaders().getFirst("Range");
      if (range == null) {
        bytes(200, body).to(exchange);
        return;
      }
      int from = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
      bytes(
              206,
              java.util.Arrays.copyOfRange(body, from, body.length),
              "Content-Range",
              "bytes " + from + "-" + (body.length - 1) + "/" + body.length)
          .to(exchange);
    };
  }

  /// Promises all of it and breaks off.
  static Reply cut(byte[] body, int after) {
    return exchange -> {
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body, 0, after);
      exchange.getResponseBody().flush();
    };
  }

  static Reply chunked(byte[] body) {
    return exchange -> {
      exchange.sendResponseHeaders(200, 0);
      try (OutputStream out = exchange.getResponseBody()) {
        for (byte b : body) {
          out.write(b);
          out.flush();
        }
      }
    };
  }

  /// Never ends by itself.
  static Reply endless() {
    return exchange -> {
      exchange.sendResponseHeaders(200, 0);
      byte[] more = new byte[1 << 16];
      try (OutputStream out = exchange.getResponseBody()) {
        while (true) {
          out.write(more);
        }
      }
    };
  }

  /// Begins, and says nothing more.
  Reply stalled(byte[] body, int after, CountDownLatch begun) {
    return exchange -> {
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body, 0, after);
      exchange.getResponseBody().flush();
      begun.countDown();
      await();
    };
  }

  /// Says nothing.
  Reply silent(CountDownLatch asked) {
    return _ -> {
      asked.countDown();
      await();
    };
  }

  private void await() {
    try {
      over.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    over.countDown();
    server.stop(0);
  }
}
