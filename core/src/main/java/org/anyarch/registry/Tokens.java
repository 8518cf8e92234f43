package org.anyarch.registry;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.regex.Pattern;
import org.anyarch.registry.RegistryException.Reason;
import org.jspecify.annotations.Nullable;

/// What authorizes requests: by the schemes Basic and Bearer, the latter with tokens of the service
/// that the registry names (`distribution` calls it token authentication). Tokens are kept for as
/// long as they hold, each for its registry and its scopes.
final class Tokens {
  /// What holds if a service does not say, by its specification.
  private static final Duration USUAL = Duration.ofSeconds(60);

  /// A token that ends while its request is on its way would be refused.
  private static final Duration MARGIN = Duration.ofSeconds(10);

  private static final int LARGEST = 256 << 10;
  private static final Pattern SENDABLE = Pattern.compile("[!-~]{1,65536}");

  private record Key(Origin registry, Set<String> scopes) {}

  /// What authorizes at one registry for some scopes. Its lock is held while a token is fetched, so
  /// that many who are refused at once fetch one.
  private static final class Slot {
    private @Nullable String authorization;
    private Instant until = Instant.MIN;
  }

  private final Redirects redirects;
  private final Credentials credentials;
  private final InstantSource clock;
  private final ConcurrentMap<Key, Slot> slots = new ConcurrentHashMap<>();

  Tokens(Redirects redirects, Credentials credentials, InstantSource clock) {
    this.redirects = redirects;
    this.credentials = credentials;
    this.clock = clock;
  }

  private Slot slot(Errand errand, Origin registry) {
    return slots.computeIfAbsent(new Key(registry, errand.scopes()), _ -> new Slot());
  }

  /// What was good for such an errand before, and should be still.
  @Nullable String held(Errand errand, Origin registry) {
    Slot slot = slot(errand, registry);
    synchronized (slot) {
      return clock.instant().isBefore(slot.until) ? slot.authorization : null;
    }
  }

  /// What may authorize after an answer 401 of the registry itself; null if it offers nothing that
  /// the user has anything for.
  ///
  /// @param refused what it did not accept
  /// @throws IOException if the token service is out of order; a [RegistryException] if it refuses
  @Nullable String answer(Errand errand, Origin registry, Answer answer, @Nullable String refused)
      throws IOException, InterruptedException {
    Slot slot = slot(errand, registry);
    synchronized (slot) {
      String held = slot.authorization;
      if (held != null && !held.equals(refused) && clock.instant().isBefore(slot.until)) {
        return held;
      }
      slot.authorization = null;
      slot.until = Instant.MIN;
      Optional<Credential> credential = credentials.of(errand.endpoint()).found();
      List<Challenge> challenges = Challenge.parse(answer.headers().allValues("WWW-Authenticate"));
      for (Challenge challenge : challenges) {
        if (challenge.scheme().equals("bearer")) {
          fetch(slot, errand, registry, challenge, credential);
          return slot.authorization;
        }
      }
      boolean isBasic = challenges.stream().anyMatch(c -> c.scheme().equals("basic"));
      if (isBasic && credential.isPresent() && !credential.get().isIdentityToken()) {
        String basic = credential.get().basic();
        if (!basic.equals(refused)) {
          slot.authorization = basic;
          slot.until = Instant.MAX;
        }
      }
      return slot.authorization;
    }
  }

  private void fetch(
      Slot slot,
      Errand errand,
      Origin registry,
      Challenge challenge,
      Optional<Credential> credential)
      throws IOException, InterruptedException {
    URI realm = realm(errand, registry, challenge, credential.isPresent());
    Set<String> scopes = new TreeSet<>(errand.scopes());
    if (!challenge.parameter("scope").isEmpty()) {
      scopes.add(challenge.parameter("scope"));
    }
    Instant asked = clock.instant();
    Ask ask;
    String authorization = null;
    if (credential.isPresent() && credential.get().isIdentityToken()) {
      ask = refresh(realm, challenge, scopes, credential.get());
    } else {
      authorization = credential.map(Credential::basic).orElse(null);
      ask = Ask.of("GET", withQuery(realm, query(challenge, scopes)));
    }
    try (Answer answer = redirects.follow(errand, ask, Origin.of(realm), authorization)) {
      String who = "the token service " + Origin.of(realm);
      if (answer.isPassing()) {
        throw new PassingException(who, answer);
      }
      if (answer.status() != 200) {
        throw refused(errand, who, answer);
      }
      accept(slot, errand, who, answer, asked);
    }
  }

  /// The service is named by the registry, so it is as trusted as that is, and no more.
  private static URI realm(
      Errand errand, Origin registry, Challenge challenge, boolean hasCredential)
      throws RegistryException {
    String text = challenge.parameter("realm");
    try {
      URI realm = new URI(text);
      boolean isUrl =
          realm.getScheme() != null
              && realm.getHost() != null
              && realm.getRawUserInfo() == null
              && realm.getRawFragment() == null;
      if (isUrl && realm.getScheme().equalsIgnoreCase("https")) {
        return realm;
      }
      if (isUrl
          && realm.getScheme().equalsIgnoreCase("http")
          && !registry.isProtected()
          && (!hasCredential || registry.host().equals(Origin.of(realm).host()))) {
        return realm;
      }
    } catch (URISyntaxException e) {
      throw noRealm(errand, text, e);
    }
    throw noRealm(errand, text, null);
  }

  private static RegistryException noRealm(Errand errand, String text, @Nullable Throwable cause) {
    return errand.failed(
        Reason.REFUSED,
        "the registry names "
            + Told.quoted(text)
            + " as its token service, which is no address with TLS: nothing is sent there.",
        cause);
  }

  private static Ask refresh(
      URI realm, Challenge challenge, Set<String> scopes, Credential credential) {
    String form =
        "grant_type=refresh_token&client_id=anyarch&service="
            + encoded(challenge.parameter("service"))
            + "&scope="
            + encoded(String.join(" ", scopes))
            + "&refresh_token="
            + encoded(credential.secret());
    return Ask.of("POST", realm)
        .with("Content-Type", "application/x-www-form-urlencoded")
        .withBody(BodyPublishers.ofString(form), () -> 0);
  }

  private static String query(Challenge challenge, Set<String> scopes) {
    StringBuilder query = new StringBuilder();
    String service = challenge.parameter("service");
    if (!service.isEmpty()) {
      query.append("&service=").append(encoded(service));
    }
    scopes.forEach(scope -> query.append("&scope=").append(encoded(scope)));
    return query.isEmpty() ? "" : query.substring(1);
  }

  private static URI withQuery(URI realm, String query) {
    String text = realm.toString();
    return URI.create(text + (realm.getRawQuery() == null ? "?" : "&") + query);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static void accept(Slot slot, Errand errand, String who, Answer answer, Instant asked)
      throws IOException {
    byte[] document = answer.body().readNBytes(LARGEST + 1);
    if (document.length > LARGEST) {
      throw errand.failed(Reason.REFUSED, who + " gives more than " + LARGEST + " bytes.");
    }
    String token;
    long seconds;
    try {
      Tree tree = Tree.json(document, "the answer of " + who, Reason.REFUSED);
      token = tree.text("token");
      token = token.isEmpty() ? tree.text("access_token") : token;
      seconds = tree.number("expires_in").orElse(0);
    } catch (RegistryException e) {
      throw errand.failed(Reason.REFUSED, String.valueOf(e.getMessage()), e);
    }
    if (!SENDABLE.matcher(token).matches()) {
      throw errand.failed(Reason.REFUSED, who + " gives no token that could be used.");
    }
    Duration lasts = seconds > 0 ? Duration.ofSeconds(Math.min(seconds, 1 << 20)) : USUAL;
    slot.authorization = "Bearer " + token;
    // By our clock, since the service's may be wrong.
    slot.until = asked.plus(lasts).minus(MARGIN);
  }

  private RegistryException refused(Errand errand, String who, Answer answer)
      throws RegistryException, InterruptedException {
    String said = who + " answers " + answer.complaint() + ". ";
    return answer.status() == 400 || answer.status() == 401 || answer.status() == 403
        ? errand.failed(Reason.UNAUTHORIZED, said + advice(errand.endpoint()))
        : errand.failed(Reason.REFUSED, said + "It may be out of order.");
  }

  /// What was shown to the registry, and what could help: sentences.
  String advice(Endpoint endpoint) throws RegistryException, InterruptedException {
    Credentials.Lookup lookup = credentials.of(endpoint);
    String host = endpoint.host();
    StringBuilder advice = new StringBuilder();
    if (lookup.found().isPresent()) {
      advice.append("The credentials were ").append(lookup.found().get());
      advice.append("; log in with others if they are not meant: podman login ").append(host);
    } else {
      advice.append("No credentials for ").append(endpoint.name()).append(" were found in ");
      advice.append(String.join(", ", credentials.files().stream().map(String::valueOf).toList()));
      lookup.notes().forEach(note -> advice.append("; ").append(note));
      advice.append(". Log in: podman login ").append(host);
    }
    return advice.append('.').toString();
  }
}
