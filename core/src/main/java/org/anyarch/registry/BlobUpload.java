package org.anyarch.registry;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.anyarch.oci.Counted;
import org.anyarch.oci.Descriptor;
import org.anyarch.registry.RegistryException.Reason;

/// Gives a repository one blob, or finds that it has it.
final class BlobUpload {
  private final Requests requests;
  private final Errand errand;
  private final Descriptor blob;

  BlobUpload(Requests requests, Errand errand, Descriptor blob) {
    this.requests = requests;
    this.errand = errand;
    this.blob = blob;
  }

  /// Whether the blob is there, in its length.
  boolean isThere() throws RegistryException, InterruptedException {
    return requests.ask(
        errand,
        Requests.ATTEMPTS,
        () -> Ask.of("HEAD", uri("/blobs/" + blob.digest())),
        answer -> {
          if (answer.status() == 200) {
            return answer.headers().firstValueAsLong("Content-Length").orElse(blob.size())
                == blob.size();
          }
          if (answer.status() == 404) {
            return false;
          }
          throw requests.refused(errand, answer);
        });
  }

  /// Whether the registry took it over from another repository.
  boolean isMounted(String from) throws RegistryException, InterruptedException {
    return requests.ask(
        errand,
        Requests.ATTEMPTS,
        () -> Ask.of("POST", uri("/blobs/uploads/?mount=" + blob.digest() + "&from=" + from)),
        answer -> {
          if (answer.status() == 202) {
            abandon(answer);
          }
          return answer.status() == 201;
        });
  }

  /// Ends the upload that a registry begins when it cannot mount.
  private void abandon(Answer begun) throws IOException, InterruptedException {
    try (Answer answer = requests.once(errand, Ask.of("DELETE", location(begun)))) {
      answer.body().skipNBytes(0);
    } catch (PassingException e) {
      // What nobody goes on with, registries drop by themselves.
      return;
    }
  }

  /// @param progress told how many bytes are on their way
  void from(Path file, HighWater progress) throws IOException, InterruptedException {
    Backoff.Attempts attempts = requests.backoff().attempts(Requests.ATTEMPTS);
    while (true) {
      if (Files.size(file) != blob.size()) {
        throw new IOException(file + " has " + Files.size(file) + " bytes and should be " + blob);
      }
      AtomicReference<IOException> unreadable = new AtomicReference<>();
      try {
        put(begin(), file, unreadable, progress);
        return;
      } catch (IOException e) {
        if (unreadable.get() != null) {
          throw unreadable.get();
        }
        requests.again(errand, attempts, e);
      }
    }
  }

  private URI begin() throws IOException, InterruptedException {
    try (Answer answer = requests.once(errand, Ask.of("POST", uri("/blobs/uploads/")))) {
      if (answer.status() != 202) {
        throw requests.refused(errand, answer);
      }
      return location(answer);
    }
  }

  private void put(
      URI location, Path file, AtomicReference<IOException> unreadable, HighWater progress)
      throws IOException, InterruptedException {
    AtomicLong sent = new AtomicLong();
    String text = location.toString();
    URI target =
        URI.create(text + (location.getRawQuery() == null ? "?" : "&") + "digest=" + blob.digest());
    Ask ask =
        Ask.of("PUT", target)
            .with("Content-Type", "application/octet-stream")
            .withBody(body(file, sent, unreadable, progress), sent::get);
    try (Answer answer = requests.once(errand, ask)) {
      if (answer.status() == 404) {
        // An upload that the registry forgot: another instance of it, or a restart.
        throw new PassingException("the registry " + errand.endpoint().authority(), answer);
      }
      if (!answer.isOk()) {
        throw requests.refused(errand, answer);
      }
      String digest = answer.header("Docker-Content-Digest");
      if (!digest.isEmpty() && !digest.equals(blob.digest().toString())) {
        throw errand.failed(
            Reason.WRONG_CONTENT,
            "the registry says it got "
                + digest
                + ". Look whether the file is still the same, and try again.");
      }
    }
  }

  /// @param unreadable takes what the disk says, which the client tells as its connection's failure
  private BodyPublisher body(
      Path file, AtomicLong sent, AtomicReference<IOException> unreadable, HighWater progress) {
    if (blob.size() == 0) {
      return BodyPublishers.noBody();
    }
    return BodyPublishers.fromPublisher(
        BodyPublishers.ofInputStream(
            () -> {
              // The client may begin anew.
              sent.set(0);
              return Counted.reading(
                  open(file, unreadable), count -> progress.at(sent.addAndGet(count)));
            }),
        blob.size());
  }

  private static InputStream open(Path file, AtomicReference<IOException> unreadable) {
    try {
      return new FilterInputStream(Files.newInputStream(file)) {
        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
          try {
            return super.read(into, offset, length);
          } catch (IOException e) {
            unreadable.set(e);
            throw e;
          }
        }
      };
    } catch (IOException e) {
      unreadable.set(e);
      throw new UncheckedIOException(e);
    }
  }

  private URI location(Answer answer) throws RegistryException {
    return Redirects.next(errand, answer.from(), answer.header("Location"));
  }

  private URI uri(String path) throws IOException, InterruptedException {
    return requests.uri(errand.endpoint(), errand.endpoint().repository() + path);
  }
}
