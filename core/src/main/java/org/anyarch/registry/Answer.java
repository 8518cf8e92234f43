package org.anyarch.registry;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import org.anyarch.kernel.Failures;

/// What came for a request. Its body has to be closed, or its connection serves nobody else.
///
/// @param from who gave it, after redirects
record Answer(int status, HttpHeaders headers, InputStream body, URI from)
    implements AutoCloseable {
  private static final int LARGEST_COMPLAINT = 64 << 10;

  String header(String name) {
    return headers.firstValue(name).orElse("");
  }

  boolean isOk() {
    return status >= 200 && status < 300;
  }

  /// Whether the same may succeed a little later.
  boolean isPassing() {
    return status == 408
        || status == 429
        || status == 500
        || status == 502
        || status == 503
        || status == 504;
  }

  /// What the registry says is wrong, in the specification's form or in the token services'; the
  /// status alone if it says nothing that can be read.
  String complaint() {
    String words = words();
    return words.isEmpty() ? String.valueOf(status) : status + " (" + words + ")";
  }

  private String words() {
    try {
      byte[] document = body.readNBytes(LARGEST_COMPLAINT);
      if (document.length == 0) {
        return "";
      }
      Tree tree = Tree.json(document, "the answer", RegistryException.Reason.REFUSED);
      List<String> words = new ArrayList<>();
      for (Tree error : tree.children("errors")) {
        String message = error.text("message");
        words.add(error.text("code") + (message.isEmpty() ? "" : ": " + message));
      }
      if (words.isEmpty()) {
        words.add(tree.text("details"));
      }
      String all = String.join("; ", words).strip();
      return Told.text(all);
    } catch (RegistryException notJson) {
      // A page for browsers, most of the time: the status says more.
      return "";
    } catch (IOException e) {
      return "and " + Failures.describe(e);
    }
  }

  @Override
  public void close() throws IOException {
    body.close();
  }
}
