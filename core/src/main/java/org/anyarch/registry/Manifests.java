package org.anyarch.registry;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.anyarch.oci.Descriptor;
import org.anyarch.oci.Digest;
import org.anyarch.oci.MediaType;
import org.anyarch.oci.OciException;
import org.anyarch.registry.RegistryException.Reason;
import org.jspecify.annotations.Nullable;

/// Manifests and indexes of one repository, with their bytes as they are.
final class Manifests {
  /// What registries take at most, by the specification's advice.
  static final int LARGEST = 4 << 20;

  private static final List<String> TYPES =
      List.of(
          MediaType.INDEX, MediaType.MANIFEST, MediaType.DOCKER_INDEX, MediaType.DOCKER_MANIFEST);

  /// What servers say that know nothing of manifests.
  private static final Set<String> VAGUE =
      Set.of("", "application/json", "application/octet-stream", "text/plain");

  private static final String DIGEST = "Docker-Content-Digest";

  private final Requests requests;
  private final Errand errand;
  private final RegistryReference image;
  private final int attempts;

  /// @param attempts how often it is tried at most
  Manifests(Requests requests, Errand errand, RegistryReference image, int attempts) {
    this.requests = requests;
    this.errand = errand;
    this.image = image;
    this.attempts = attempts;
  }

  private Ask ask(String method) throws IOException, InterruptedException {
    return Ask.of(method, uri(image.version())).with("Accept", String.join(", ", TYPES));
  }

  private URI uri(String version) throws IOException, InterruptedException {
    return requests.uri(
        errand.endpoint(), errand.endpoint().repository() + "/manifests/" + version);
  }

  /// What the registry says of it; nothing if that is not enough to know it by.
  Optional<Descriptor> described() throws RegistryException, InterruptedException {
    return requests.ask(
        errand,
        attempts,
        () -> ask("HEAD"),
        answer -> {
          if (answer.status() == 405) {
            return Optional.empty();
          }
          if (answer.status() != 200) {
            throw requests.refused(errand, answer);
          }
          String type = mediaType(answer);
          Digest digest = digest(answer);
          OptionalLong size = answer.headers().firstValueAsLong("Content-Length");
          if (digest == null || !TYPES.contains(type) || size.orElse(-1) < 0) {
            return Optional.empty();
          }
          requireWanted(digest);
          return Optional.of(Descriptor.of(type, digest, size.orElseThrow()));
        });
  }

  RawManifest get() throws RegistryException, InterruptedException {
    return requests.ask(
        errand,
        attempts,
        () -> ask("GET"),
        answer -> {
          if (answer.status() != 200) {
            throw requests.refused(errand, answer);
          }
          return received(answer);
        });
  }

  private RawManifest received(Answer answer) throws IOException {
    byte[] bytes = answer.body().readNBytes(LARGEST + 1);
    if (bytes.length > LARGEST) {
      throw wrong("it is larger than " + LARGEST + " bytes");
    }
    Digest wanted = image.digest();
    Digest said = digest(answer);
    Digest expected = wanted == null ? said : wanted;
    Digest actual =
        expected == null
            ? Digest.ofSha256(bytes)
            : Digest.of(expected.algorithm(), expected.computation().digest(bytes));
    if (expected != null && !expected.equals(actual)) {
      throw wrong("what comes has the digest " + actual + ", not " + expected);
    }
    return RawManifest.verified(mediaType(answer, bytes), bytes, actual);
  }

  /// The digest that the registry says; null if none that can be compared.
  private static @Nullable Digest digest(Answer answer) {
    try {
      return Digest.parse(answer.header(DIGEST));
    } catch (OciException none) {
      return null;
    }
  }

  private void requireWanted(Digest said) throws RegistryException {
    Digest wanted = image.digest();
    if (wanted != null && wanted.algorithm().equals(said.algorithm()) && !wanted.equals(said)) {
      throw wrong("the registry says it is " + said + ", not " + wanted);
    }
  }

  private static String mediaType(Answer answer) {
    String type = answer.header("Content-Type");
    int parameters = type.indexOf(';');
    return (parameters < 0 ? type : type.substring(0, parameters)).strip().toLowerCase(Locale.ROOT);
  }

  /// The document's own word goes before the registry's, which its digest does not cover; two that
  /// differ would be two images to two readers (CVE-2021-41190).
  private String mediaType(Answer answer, byte[] bytes) throws RegistryException {
    String said = mediaType(answer);
    String own;
    boolean isIndex;
    try {
      Tree tree = Tree.json(bytes, "what comes", Reason.WRONG_CONTENT);
      own = tree.text("mediaType");
      isIndex = tree.keys().contains("manifests");
    } catch (RegistryException e) {
      throw errand.failed(Reason.WRONG_CONTENT, String.valueOf(e.getMessage()), e);
    }
    if (own.isEmpty() && VAGUE.contains(said)) {
      return isIndex ? MediaType.INDEX : MediaType.MANIFEST;
    }
    if (own.isEmpty() || VAGUE.contains(said) || own.equals(said)) {
      return own.isEmpty() ? said : own;
    }
    throw wrong(
        "it says of itself to be "
            + Told.text(own)
            + ", and the registry says it is "
            + Told.text(said));
  }

  private RegistryException wrong(String why) {
    return errand.failed(
        Reason.WRONG_CONTENT, why + ". The registry, or what stands before it, is out of order.");
  }

  void put(RawManifest manifest) throws RegistryException, InterruptedException {
    byte[] bytes = manifest.bytes();
    requests.ask(
        errand,
        attempts,
        () ->
            Ask.of("PUT", uri(image.version()))
                .with("Content-Type", manifest.mediaType())
                .withBody(BodyPublishers.ofByteArray(bytes), () -> 0),
        answer -> {
          if (!answer.isOk()) {
            throw requests.refused(errand, answer);
          }
          Digest said = digest(answer);
          if (said != null
              && said.algorithm().equals(manifest.digest().algorithm())
              && !said.equals(manifest.digest())) {
            throw wrong("the registry says it got " + said + ", not " + manifest.digest());
          }
          return manifest.digest();
        });
  }
}
