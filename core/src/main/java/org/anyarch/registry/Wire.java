package org.anyarch.registry;

import java.io.IOException;
import java.io.InputStream;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/// Single requests over connections that are kept: with the proxies of the environment, and the
/// trust and the client certificates that the settings give to each host. Nothing is followed,
/// answered or repeated here.
final class Wire implements AutoCloseable {
  /// As curl and docker wait for a server that says nothing.
  static final Duration PATIENCE = Duration.ofSeconds(60);

  /// A registry that has all of a blob may copy it before it says so.
  private static final int AFTER_UPLOAD = 5;

  private record Key(Certificates.Folder folder, boolean verified) {}

  private final Certificates certificates;
  private final ProxySelector proxies;
  private final Duration patience;
  private final ScheduledThreadPoolExecutor watch = watch();
  private final Map<Key, HttpClient> clients = new HashMap<>();

  /// @param patience how long the other side may send nothing and take nothing
  Wire(RegistrySettings settings, Duration patience) {
    this.certificates = new Certificates(settings);
    this.proxies = Proxies.of(settings.environment());
    this.patience = patience;
  }

  private static ScheduledThreadPoolExecutor watch() {
    ScheduledThreadPoolExecutor watch =
        new ScheduledThreadPoolExecutor(
            1,
            Thread.ofPlatform().daemon().name("anyarch-registry-", 0).factory(),
            // What comes while everything ends needs no watch.
            new ThreadPoolExecutor.DiscardPolicy());
    watch.setRemoveOnCancelPolicy(true);
    return watch;
  }

  /// Sends one request and waits for the headers of its answer.
  ///
  /// @param name of the other side as users write it, by which its certificates are found
  /// @param verified whether its certificate has to be trusted
  /// @param sent how many bytes of the request's body are on their way, rising
  /// @throws RegistryException if a file of certificates cannot be used
  Answer send(HttpRequest request, String name, boolean verified, LongSupplier sent)
      throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<InputStream>> coming =
        client(name, verified).sendAsync(request, HttpResponse.BodyHandlers.ofInputStream());
    boolean hasBody =
        request.bodyPublisher().map(publisher -> publisher.contentLength() > 0).orElse(false);
    try {
      HttpResponse<InputStream> response =
          await(coming, sent, hasBody ? patience.multipliedBy(AFTER_UPLOAD) : patience);
      return new Answer(
          response.statusCode(),
          response.headers(),
          new PatientStream(response.body(), patience, watch),
          request.uri());
    } finally {
      // Who was interrupted, or has waited in vain, leaves no connection open.
      coming.cancel(true);
    }
  }

  private static HttpResponse<InputStream> await(
      CompletableFuture<HttpResponse<InputStream>> coming, LongSupplier sent, Duration patience)
      throws IOException, InterruptedException {
    long before = sent.getAsLong();
    while (true) {
      try {
        return coming.get(patience.toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        long now = sent.getAsLong();
        if (now == before) {
          HttpTimeoutException timeout =
              new HttpTimeoutException("no answer came for " + words(patience));
          timeout.initCause(e);
          throw timeout;
        }
        before = now;
      } catch (ExecutionException e) {
        if (e.getCause() instanceof IOException failure) {
          throw failure;
        }
        throw new IOException(String.valueOf(e.getCause()), e);
      }
    }
  }

  static String words(Duration time) {
    return time.toSeconds() > 0 ? time.toSeconds() + " seconds" : time.toMillis() + " milliseconds";
  }

  /// A client serves all hosts that have no certificates of their own.
  private synchronized HttpClient client(String name, boolean verified) throws RegistryException {
    Key key = new Key(certificates.folder(name), verified);
    HttpClient client = clients.get(key);
    if (client == null) {
      client =
          HttpClient.newBuilder()
              // A connection for each transfer: blobs that come side by side over one of HTTP/2
              // share its window, and all break with it.
              .version(HttpClient.Version.HTTP_1_1)
              .followRedirects(HttpClient.Redirect.NEVER)
              .connectTimeout(patience)
              .proxy(proxies)
              .sslContext(certificates.context(key.folder(), verified))
              .build();
      clients.put(key, client);
    }
    return client;
  }

  @Override
  public synchronized void close() {
    clients.values().forEach(HttpClient::shutdownNow);
    watch.shutdownNow();
  }
}
