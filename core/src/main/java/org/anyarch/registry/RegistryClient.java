package org.anyarch.registry;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import org.anyarch.oci.Descriptor;
import org.anyarch.oci.Digest;
import org.anyarch.registry.RegistryException.Reason;
import org.jspecify.annotations.Nullable;

/// Gets images from registries and gives them images, with the user's credentials, mirrors,
/// certificates and proxies. For many threads at once.
///
/// Whatever fails for a while (broken connections, 429, 5xx) is tried again, with longer and longer
/// pauses, but not without end. An interrupt ends every method with an `InterruptedException`, and
/// nothing half-done is left on the disk.
public final class RegistryClient implements AutoCloseable {
  /// Who stands in for another is not waited for as long.
  private static final int ATTEMPTS_AT_MIRRORS = 2;

  private final RegistriesConf conf;
  private final Requests requests;

  private RegistryClient(RegistriesConf conf, Requests requests) {
    this.conf = conf;
    this.requests = requests;
  }

  /// Reads the settings; asks no registry.
  ///
  /// @throws RegistryException if a file of settings cannot be used
  public static RegistryClient of(RegistrySettings settings) throws RegistryException {
    return of(settings, new Wire(settings, Wire.PATIENCE), Backoff.real());
  }

  static RegistryClient of(RegistrySettings settings, Wire wire, Backoff backoff)
      throws RegistryException {
    return new RegistryClient(RegistriesConf.read(settings), new Requests(settings, wire, backoff));
  }

  /// What `text` names by the user's settings: as [RegistryReference#parse], but a name without a
  /// host may be an alias for another, or be looked for elsewhere than at `docker.io`.
  ///
  /// @throws RegistryException if it names nothing, or could be at several registries
  public RegistryReference reference(String text) throws RegistryException {
    return conf.named(text);
  }

  /// What a tag names now, or a digest, without its content, which many registries count less. It
  /// is what the registry says: only who gets the manifest by this digest knows that it is so.
  ///
  /// @throws RegistryException of [RegistryException.Reason#NOT_FOUND] if there is none
  public Descriptor resolve(RegistryReference image)
      throws RegistryException, InterruptedException {
    return this.<Descriptor, RegistryException>fromSources(
        image,
        "resolve " + image,
        (errand, attempts) -> {
          Manifests manifests = new Manifests(requests, errand, image, attempts);
          Optional<Descriptor> described = manifests.described();
          return described.isPresent() ? described.get() : manifests.get().descriptor();
        });
  }

  /// The manifest or index with its bytes as they came, at most 4 MiB. They have the reference's
  /// digest, if it has one, and the one that the registry says, if it says one.
  ///
  /// @throws RegistryException of [RegistryException.Reason#NOT_FOUND] if there is none
  public RawManifest manifest(RegistryReference image)
      throws RegistryException, InterruptedException {
    return this.<RawManifest, RegistryException>fromSources(
        image,
        "get the manifest of " + image,
        (errand, attempts) -> new Manifests(requests, errand, image, attempts).get());
  }

  /// Fetches a blob. The file appears, in place of whatever was there, once size and digest have
  /// proved right; else there is none. It is not synced to the disk.
  ///
  /// @param into the file; its folder is there
  /// @param progress told how many bytes more came, again and again; those that have to come twice
  ///   only once
  /// @throws IOException if the disk fails; a [RegistryException] if the registry does
  public void blob(RegistryReference repository, Descriptor blob, Path into, LongConsumer progress)
      throws IOException, InterruptedException {
    HighWater told = new HighWater(progress);
    try {
      this.<Descriptor, IOException>fromSources(
          repository.withDigest(blob.digest()),
          "get the blob " + blob.digest() + " of " + repository,
          (errand, attempts) -> {
            new BlobDownload(requests, errand, blob, told).into(into, attempts);
            return blob;
          });
    } catch (ClosedByInterruptException e) {
      throw interrupted(e);
    }
  }

  private static InterruptedException interrupted(ClosedByInterruptException cause) {
    // The exception that follows says it.
    Thread.interrupted();
    InterruptedException interrupted = new InterruptedException();
    interrupted.initCause(cause);
    return interrupted;
  }

  /// Whether the registry has the manifest.
  public boolean has(RegistryReference image) throws RegistryException, InterruptedException {
    try {
      resolve(image);
      return true;
    } catch (RegistryException e) {
      if (e.reason() == Reason.NOT_FOUND) {
        return false;
      }
      throw e;
    }
  }

  /// Whether the repository has the blob, after asking the registry to take it over from another
  /// repository of its own if it has not.
  ///
  /// @param from where it is known to be; null, or another registry's, if it is nowhere there
  public boolean mountOrHas(
      RegistryReference repository, Descriptor blob, @Nullable RegistryReference from)
      throws RegistryException, InterruptedException {
    Endpoint endpoint = conf.target(repository);
    String action = "look for the blob " + blob.digest() + " in " + repository;
    Errand errand = pushing(action, endpoint, Set.of());
    if (new BlobUpload(requests, errand, blob).isThere()) {
      return true;
    }
    if (from == null) {
      return false;
    }
    Endpoint source = conf.target(from);
    if (!source.host().equals(endpoint.host()) || source.equals(endpoint)) {
      return false;
    }
    Errand mounting = pushing(action, endpoint, Set.of(Errand.pull(source.repository())));
    try {
      return new BlobUpload(requests, mounting, blob).isMounted(source.repository());
    } catch (RegistryException e) {
      if (e.reason() == Reason.UNAUTHORIZED || e.reason() == Reason.REFUSED) {
        // Not from there; whether anything may be uploaded here, the upload will tell.
        return false;
      }
      throw e;
    }
  }

  private static Errand pushing(String action, Endpoint endpoint, Set<String> more) {
    Set<String> scopes = new java.util.HashSet<>(more);
    scopes.add(Errand.push(endpoint.repository()));
    return new Errand(action, endpoint, false, scopes);
  }

  /// What the repository has that names `subject` as its subject, such as signatures and SBOMs;
  /// where the registry does not list it, what is kept under the tag for that.
  public List<Descriptor> referrers(RegistryReference repository, Digest subject)
      throws RegistryException, InterruptedException {
    return this.<List<Descriptor>, RegistryException>fromSources(
        repository.withDigest(subject),
        "list what refers to " + subject + " in " + repository,
        (errand, attempts) -> new Referrers(requests, errand, repository, attempts).of(subject));
  }

  /// Gives the repository a blob, whether it has it or not.
  ///
  /// @param from the file, of exactly the blob's size
  /// @param progress told how many bytes more are on their way, again and again; those that have to
  ///   be sent twice only once
  /// @throws IOException if the file cannot be read; a [RegistryException] if the registry does not
  ///   take it
  public void upload(
      RegistryReference repository, Descriptor blob, Path from, LongConsumer progress)
      throws IOException, InterruptedException {
    Errand errand =
        pushing(
            "give the blob " + blob.digest() + " to " + repository,
            conf.target(repository),
            Set.of());
    new BlobUpload(requests, errand, blob).from(from, new HighWater(progress));
  }

  /// Gives the repository a manifest whose blobs and manifests it has: under the reference's tag,
  /// or only under its digest if the reference has one.
  ///
  /// @throws IllegalArgumentException if the reference has another digest than the manifest
  public void put(RegistryReference image, RawManifest manifest)
      throws RegistryException, InterruptedException {
    if (image.digest() != null && !image.digest().equals(manifest.digest())) {
      throw new IllegalArgumentException(image + " is not " + manifest.digest());
    }
    Errand errand = pushing("put " + image, conf.target(image), Set.of());
    new Manifests(requests, errand, image, Requests.ATTEMPTS).put(manifest);
  }

  private interface Getting<T, E extends IOException> {
    T from(Errand errand, int attempts) throws E, InterruptedException;
  }

  /// Gets something from the first of the registry's mirrors that has it, else from itself. Its own
  /// failure is told, with those of its mirrors.
  private <T, E extends IOException> T fromSources(
      RegistryReference image, String action, Getting<T, E> getting)
      throws E, RegistryException, InterruptedException {
    List<Endpoint> sources = conf.sources(image);
    List<RegistryException> before = new ArrayList<>();
    for (Endpoint mirror : sources.subList(0, sources.size() - 1)) {
      try {
        return getting.from(errand(action, mirror, true), ATTEMPTS_AT_MIRRORS);
      } catch (IOException e) {
        if (!(e instanceof RegistryException told)) {
          throw e;
        }
        before.add(told);
      }
    }
    try {
      return getting.from(errand(action, sources.getLast(), false), Requests.ATTEMPTS);
    } catch (IOException e) {
      if (before.isEmpty() || !(e instanceof RegistryException told)) {
        throw e;
      }
      StringBuilder all = new StringBuilder(String.valueOf(e.getMessage()));
      before.forEach(failure -> all.append(" Before: ").append(failure.getMessage()));
      throw new RegistryException(told.reason(), all.toString(), told);
    }
  }

  private static Errand errand(String action, Endpoint endpoint, boolean standsIn) {
    return new Errand(action, endpoint, standsIn, Set.of(Errand.pull(endpoint.repository())));
  }

  /// Ends all connections; who waits for one gets a [RegistryException].
  @Override
  public void close() {
    requests.close();
  }
}
