package org.anyarch.build.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.anyarch.build.Meter;
import org.anyarch.build.plan.RemoteSource;
import org.anyarch.oci.Counted;
import org.anyarch.oci.Digest;
import org.jspecify.annotations.Nullable;

/// Downloads a file of http or https. It has mode 0600 and the time that the server says it was
/// last changed at, or that of 1970.
final class UrlFetch {
  private final ProxySelector proxies;
  private final Duration patience;
  private @Nullable HttpClient client;

  /// @param patience how long a server may send nothing
  UrlFetch(ProxySelector proxies, Duration patience) {
    this.proxies = proxies;
    this.patience = patience;
  }

  /// Made when it is wanted: TLS alone takes a tenth of a second, and few builds fetch anything.
  private synchronized HttpClient client() {
    HttpClient made = client;
    if (made == null) {
      made =
          HttpClient.newBuilder()
              // From https to http there is no way, or a checksum would be all that protects.
              .followRedirects(HttpClient.Redirect.NORMAL)
              .connectTimeout(patience)
              .proxy(proxies)
              .build();
      client = made;
    }
    return made;
  }

  /// @param checksum `sha256:…` that the content must have, or empty
  /// @param counting makes what counts the bytes that come, of as many as the server says
  /// @throws IOException that says what is wrong with the URL's answer
  Fetched fetch(
      RemoteSource.Url url, String checksum, Path folder, Function<OptionalLong, Meter> counting)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(url.uri()).timeout(patience).header("User-Agent", "anyarch").build();
    HttpResponse<InputStream> response;
    try {
      response = client().send(request, HttpResponse.BodyHandlers.ofInputStream());
    } catch (HttpTimeoutException e) {
      throw failed(url, "nothing came for " + patience.toSeconds() + " seconds", e);
    } catch (ConnectException e) {
      throw failed(url, "no connection: " + words(e), e);
    } catch (IOException e) {
      throw failed(url, words(e), e);
    }
    try (InputStream body = response.body()) {
      requireOk(url, response);
      Path file = folder.resolve("content");
      requireSpace(url, response, folder);
      String found;
      try (Meter received = counting.apply(response.headers().firstValueAsLong("Content-Length"))) {
        found = receive(url, response, Counted.reading(body, received), file);
      }
      if (!checksum.isEmpty() && !checksum.equals("sha256:" + found)) {
        Files.delete(file);
        throw new IOException(
            url.shown()
                + " has the checksum sha256:"
                + found
                + ", not "
                + checksum
                + "; if the file was meant to change, change --checksum");
      }
      Instant modified = modified(response);
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
      Files.setLastModifiedTime(file, FileTime.from(modified));
      return new Fetched(file, url.name(), found + " " + modified + " " + url.name());
    }
  }

  private static void requireOk(RemoteSource.Url url, HttpResponse<?> response) throws IOException {
    int status = response.statusCode();
    if (status >= 300 && status < 400) {
      String to = response.headers().firstValue("Location").orElse("nowhere");
      throw failed(
          url,
          "it redirects to "
              + to
              + ", which is not followed: too many redirects, or away from https",
          null);
    }
    if (status != 200) {
      throw failed(url, "the server answers " + status, null);
    }
  }

  private static void requireSpace(RemoteSource.Url url, HttpResponse<?> response, Path folder)
      throws IOException {
    long size = response.headers().firstValueAsLong("Content-Length").orElse(0);
    long free = Files.getFileStore(folder).getUsableSpace();
    if (size > free) {
      throw failed(url, "it has " + size + " bytes and the disk only " + free, null);
    }
  }

  /// Returns the content's SHA-256.
  private String receive(
      RemoteSource.Url url, HttpResponse<?> response, InputStream body, Path file)
      throws IOException {
    MessageDigest digest = Digest.sha256();
    AtomicLong count = new AtomicLong();
    AtomicBoolean stalled = new AtomicBoolean();
    try (ScheduledExecutorService watch =
            Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().factory());
        OutputStream out = new DigestOutputStream(Files.newOutputStream(file), digest)) {
      AtomicLong before = new AtomicLong(-1);
      long period = patience.toMillis();
      ScheduledFuture<?> watching =
          watch.scheduleAtFixedRate(
              () -> {
                if (before.getAndSet(count.get()) == count.get()) {
                  stalled.set(true);
                  close(body);
                }
              },
              period,
              period,
              TimeUnit.MILLISECONDS);
      try {
        byte[] buffer = new byte[1 << 16];
        for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
          out.write(buffer, 0, read);
          count.addAndGet(read);
        }
      } finally {
        watching.cancel(true);
      }
    } catch (IOException e) {
      if (stalled.get()) {
        throw failed(url, "nothing more came for " + patience.toSeconds() + " seconds", e);
      }
      throw failed(url, "it ends after " + count + " bytes: " + words(e), e);
    }
    long size = response.headers().firstValueAsLong("Content-Length").orElse(count.get());
    if (size != count.get() || stalled.get()) {
      throw failed(url, "it ends after " + count + " of " + size + " bytes", null);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void close(InputStream body) {
    try {
      body.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Instant modified(HttpResponse<?> response) {
    Optional<String> text = response.headers().firstValue("Last-Modified");
    if (text.isEmpty()) {
      return Instant.EPOCH;
    }
    try {
      return ZonedDateTime.parse(text.get(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    } catch (DateTimeParseException noTime) {
      return Instant.EPOCH;
    }
  }

  private static String words(IOException e) {
    String message = e.getMessage();
    return message == null ? "the connection broke" : message;
  }

  private static IOException failed(
      RemoteSource.Url url, String why, @org.jspecify.annotations.Nullable Throwable cause) {
    return new IOException("cannot get " + url.shown() + ": " + why, cause);
  }
}
