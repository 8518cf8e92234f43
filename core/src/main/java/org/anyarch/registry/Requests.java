package org.anyarch.registry;

import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Asks registries: authorized, after redirects, and again when it may help.
final class Requests implements AutoCloseable {
  /// Together some half a minute of pauses.
  static final int ATTEMPTS = 6;

  private final Wire wire;
  private final Redirects redirects;
  private final Tokens tokens;
  private final Backoff backoff;

  /// Of insecure registries, whether they have TLS, by their addresses.
  private final Map<String, String> schemes = new ConcurrentHashMap<>();

  Requests(RegistrySettings settings, Wire wire, Backoff backoff) {
    this.wire = wire;
    this.redirects = new Redirects(wire, settings.tlsVerify());
    this.tokens = new Tokens(redirects, new Credentials(settings), backoff.clock());
    this.backoff = backoff;
  }

  Backoff backoff() {
    return backoff;
  }

  interface Use<T> {
    /// @throws IOException if the answer breaks off; a [RegistryException] if it is no good
    T of(Answer answer) throws IOException, InterruptedException;
  }

  interface Asking {
    Ask ask() throws IOException, InterruptedException;
  }

  /// Asks until there is an answer that does not pass, and uses it.
  ///
  /// @param most attempts
  <T> T ask(Errand errand, int most, Asking asking, Use<T> use)
      throws RegistryException, InterruptedException {
    Backoff.Attempts attempts = backoff.attempts(most);
    while (true) {
      try (Answer answer = once(errand, asking.ask())) {
        return use.of(answer);
      } catch (IOException e) {
        again(errand, attempts, e);
      }
    }
  }

  /// Waits before another attempt, if there may be one.
  ///
  /// @throws RegistryException that tells the failure if not
  void again(Errand errand, Backoff.Attempts attempts, IOException failure)
      throws RegistryException, InterruptedException {
    // Reading is what hides an interrupt in an exception.
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    boolean passes = !(failure instanceof RegistryException) && !Errand.isDistrust(failure);
    // Who is without a network waits for nothing.
    passes &= !Errand.isUnknown(failure) || attempts.failed() == 0;
    if (!passes || !attempts.again(failure instanceof PassingException p ? p.headers() : null)) {
      throw errand.broken(failure, attempts.failed());
    }
  }

  /// Asks once.
  ///
  /// @throws PassingException if the answer may soon be another
  Answer once(Errand errand, Ask ask) throws IOException, InterruptedException {
    Origin registry = origin(errand.endpoint());
    String authorization = tokens.held(errand, registry);
    Answer answer = redirects.follow(errand, ask, registry, authorization);
    // Whoever else asks for credentials gets none: a blob may lie with strangers.
    if (answer.status() == 401 && isOf(answer, registry)) {
      String better;
      try {
        better = tokens.answer(errand, registry, answer, authorization);
      } catch (IOException | InterruptedException e) {
        answer.close();
        throw e;
      }
      if (better != null) {
        answer.close();
        answer = redirects.follow(errand, ask, registry, better);
      }
    }
    if (answer.isPassing()) {
      try (Answer passing = answer) {
        throw new PassingException("the registry " + errand.endpoint().authority(), passing);
      }
    }
    return answer;
  }

  private static boolean isOf(Answer answer, Origin registry) {
    return Origin.of(answer.from()).equals(registry);
  }

  RegistryException refused(Errand errand, Answer answer)
      throws RegistryException, InterruptedException {
    return errand.refused(answer, tokens.advice(errand.endpoint()));
  }

  private Origin origin(Endpoint endpoint) throws IOException, InterruptedException {
    return Origin.of(uri(endpoint, ""));
  }

  /// @param path below `/v2/`
  URI uri(Endpoint endpoint, String path) throws IOException, InterruptedException {
    String scheme = endpoint.insecure() ? scheme(endpoint) : "https";
    return endpoint.uri(scheme, path);
  }

  /// An insecure registry may have TLS all the same: only what does not speak it gets plain HTTP.
  private String scheme(Endpoint endpoint) throws IOException, InterruptedException {
    String known = schemes.get(endpoint.authority());
    if (known != null) {
      return known;
    }
    String found = "https";
    IOException failure = ping(endpoint, "https");
    if (failure != null) {
      IOException plain = ping(endpoint, "http");
      if (plain != null) {
        failure.addSuppressed(plain);
        throw failure;
      }
      found = "http";
    }
    schemes.put(endpoint.authority(), found);
    return found;
  }

  private @Nullable IOException ping(Endpoint endpoint, String scheme)
      throws RegistryException, InterruptedException {
    URI uri = endpoint.uri(scheme, "");
    try (Answer answer =
        wire.send(Ask.of("GET", uri).request(uri, null), endpoint.host(), false, () -> 0)) {
      // What a server with TLS says to plain HTTP.
      return answer.status() == 400 ? new IOException(uri + " answers 400") : null;
    } catch (RegistryException e) {
      throw e;
    } catch (IOException e) {
      return e;
    }
  }

  @Override
  public void close() {
    wire.close();
  }
}
