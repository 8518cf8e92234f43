package org.anyarch.registry;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// What is to be asked, whoever it is sent to in the end.
///
/// @param sent how much of the body is on its way, in bytes, rising
record Ask(
    String method, URI uri, Map<String, String> headers, BodyPublisher body, LongSupplier sent) {
  static Ask of(String method, URI uri) {
    return new Ask(method, uri, Map.of(), BodyPublishers.noBody(), () -> 0);
  }

  Ask with(String header, String value) {
    Map<String, String> more = new TreeMap<>(headers);
    more.put(header, value);
    return new Ask(method, uri, more, body, sent);
  }

  Ask withBody(BodyPublisher content, LongSupplier counter) {
    return new Ask(method, uri, headers, content, counter);
  }

  /// Whether it may be repeated elsewhere: it changes nothing and carries nothing.
  boolean isSafe() {
    return method.equals("GET") || method.equals("HEAD");
  }

  HttpRequest request(URI to, @Nullable String authorization) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(to)
            .method(method, body)
            .setHeader("User-Agent", "anyarch")
            // A digest is that of the bytes as they are kept.
            .setHeader("Accept-Encoding", "identity");
    headers.forEach(builder::setHeader);
    if (authorization != null) {
      builder.setHeader("Authorization", authorization);
    }
    return builder.build();
  }
}
