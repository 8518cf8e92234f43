package org.anyarch.registry;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.anyarch.oci.Descriptor;
import org.anyarch.oci.Digest;
import org.anyarch.oci.Partial;
import org.anyarch.registry.RegistryException.Reason;
import org.jspecify.annotations.Nullable;

/// Fetches one blob. It is hashed while it comes, and asked for from where it broke off: what lies
/// under a digest is the same whoever sends it, and if not, that shows at the end.
final class BlobDownload {
  private static final Pattern CONTENT_RANGE =
      Pattern.compile("bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18}|\\*)");

  /// So much between two failures is worth the patience of a new start; less could go on for ever.
  private static final long WORTH = 1 << 20;

  private final Requests requests;
  private final Errand errand;
  private final Descriptor blob;
  private final HighWater progress;
  private MessageDigest digest;
  private long received;
  private boolean resumes = true;
  private boolean resumed;

  BlobDownload(Requests requests, Errand errand, Descriptor blob, HighWater progress) {
    this.requests = requests;
    this.errand = errand;
    this.blob = blob;
    this.progress = progress;
    this.digest = blob.digest().computation();
  }

  /// @param into appears when the blob is complete and right
  /// @param most attempts in a row that bring next to nothing
  void into(Path into, int most) throws IOException, InterruptedException {
    try (Partial partial = Partial.in(into.resolveSibling("."))) {
      Backoff.Attempts attempts = requests.backoff().attempts(most);
      long before = 0;
      for (IOException broken = attempt(partial); broken != null; broken = attempt(partial)) {
        if (received - before >= WORTH) {
          attempts.progressed();
        }
        before = received;
        requests.again(errand, attempts, broken);
      }
      partial.becomeForNow(into);
    }
  }

  /// Null when the blob is complete, else why it is not.
  ///
  /// @throws IOException if it cannot be written, or another attempt would not help
  private @Nullable IOException attempt(Partial partial) throws IOException, InterruptedException {
    Answer answer;
    try {
      Ask ask = Ask.of("GET", requests.uri(errand.endpoint(), path(errand.endpoint(), blob)));
      answer =
          requests.once(errand, received > 0 ? ask.with("Range", "bytes=" + received + "-") : ask);
    } catch (IOException e) {
      return e;
    }
    try (answer) {
      if (!isContinued(answer)) {
        restart(partial);
        if (answer.status() != 200) {
          return new IOException("what broke off is not continued from there");
        }
      }
      OptionalLong length = answer.headers().firstValueAsLong("Content-Length");
      long left = blob.size() - received;
      boolean fits =
          answer.status() == 206 ? length.orElse(0) <= left : length.orElse(left) == left;
      if (!fits) {
        throw wrong("it has " + (received + length.orElse(0)) + " bytes there");
      }
      return copy(answer.body(), partial);
    }
  }

  static String path(Endpoint endpoint, Descriptor blob) {
    return endpoint.repository() + "/blobs/" + blob.digest();
  }

  /// Whether what comes follows what there is. If not, it is the beginning, or nothing.
  private boolean isContinued(Answer answer) throws RegistryException, InterruptedException {
    if (answer.status() == 200) {
      return received == 0;
    }
    if (answer.status() == 206 && received > 0) {
      Matcher range = CONTENT_RANGE.matcher(answer.header("Content-Range"));
      if (range.matches() && Long.parseLong(range.group(1)) == received) {
        resumed = true;
        return true;
      }
      return false;
    }
    if (answer.status() == 416 && received > 0) {
      return false;
    }
    throw requests.refused(errand, answer);
  }

  private void restart(Partial partial) throws IOException {
    digest = blob.digest().computation();
    received = 0;
    resumed = false;
    partial.restart();
  }

  private @Nullable IOException copy(InputStream body, Partial partial) throws IOException {
    byte[] buffer = new byte[1 << 16];
    while (true) {
      int count;
      try {
        // One byte more than there may be shows what is longer.
        count = body.read(buffer, 0, (int) Math.min(buffer.length, blob.size() - received + 1));
      } catch (IOException e) {
        return e;
      }
      if (count < 0) {
        break;
      }
      if (count > blob.size() - received) {
        throw wrong("more than that comes");
      }
      partial.write(buffer, 0, count);
      digest.update(buffer, 0, count);
      received += count;
      progress.at(received);
    }
    if (received < blob.size()) {
      return new IOException("it ends after " + received + " of " + blob.size() + " bytes");
    }
    Digest actual = Digest.of(blob.digest().algorithm(), digest.digest());
    if (actual.equals(blob.digest())) {
      return null;
    }
    if (resumed && resumes) {
      // The parts may have come from two servers, of which one is out of order.
      resumes = false;
      restart(partial);
      return new IOException("the parts that came do not belong together");
    }
    throw wrong("what comes has the digest " + actual);
  }

  private RegistryException wrong(String why) {
    return errand.failed(
        Reason.WRONG_CONTENT,
        "it should be "
            + blob
            + ", but "
            + why
            + ". The registry, or what stands before it, is out of order; nothing was kept.");
  }
}
