package org.anyarch.build;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.anyarch.build.solve.Store;
import org.anyarch.oci.Descriptor;
import org.anyarch.oci.Digest;
import org.anyarch.oci.Layout;
import org.anyarch.oci.MediaType;
import org.anyarch.registry.RawManifest;
import org.anyarch.registry.RegistryClient;
import org.anyarch.registry.RegistryException;
import org.anyarch.registry.RegistryReference;
import org.anyarch.registry.RegistrySettings;

/// Images from and for registries, as one build or container sees them: each name is asked for
/// once, so that whatever is made of it is of one image. What comes is kept in a layout of the
/// user's, and only what is not there is fetched, when it is read.
public final class RegistryImages implements AutoCloseable {
  /// When a registry is asked what a tag names.
  public enum Policy {
    /// Whenever it answers; else what is kept serves.
    NEWER,
    ALWAYS,
    /// Only what is kept serves.
    NEVER
  }

  /// For those who only look at a Containerfile: no registry is asked.
  public static final RegistryImages NONE =
      new RegistryImages(
          Optional.empty(), RegistrySettings.of(Map.of()), Policy.NEVER, Progress.NONE);

  private static final int SHOWN = 12;

  /// Registries take no larger ones.
  private static final int LARGEST_MANIFEST = 4 << 20;

  /// More connections than that are no faster, and rude.
  private static final int AT_ONCE = 4;

  private final Optional<Path> kept;
  private final RegistrySettings settings;
  private final Policy policy;
  private final Progress progress;
  private final Map<RegistryReference, Descriptor> resolved = new ConcurrentHashMap<>();

  /// Asked again for each stage and platform, a registry that does not answer would hold up all.
  private final Map<RegistryReference, RegistryException> failed = new ConcurrentHashMap<>();

  private final ConcurrentMap<Object, Object> locks = new ConcurrentHashMap<>();
  private Optional<RegistryClient> client = Optional.empty();

  /// @param settings of the user, looked at only if there is an image of a registry
  public RegistryImages(Store store, RegistrySettings settings, Policy policy, Progress progress) {
    this(Optional.of(store.images()), settings, policy, progress);
  }

  private RegistryImages(
      Optional<Path> kept, RegistrySettings settings, Policy policy, Progress progress) {
    this.kept = kept;
    this.settings = settings;
    this.policy = policy;
    this.progress = progress;
  }

  /// An image and where to read it.
  record Pulled(Layout layout, Descriptor image) {}

  /// @param name as users write it
  Pulled pull(String name) throws IOException {
    if (kept.isEmpty()) {
      throw new IOException(name + " is in a registry, which only a build asks for it");
    }
    try {
      RegistryReference reference = client().reference(name);
      Layout own = Layout.create(kept.get());
      Descriptor image;
      synchronized (locks.computeIfAbsent(reference, _ -> new Object())) {
        Descriptor known = resolved.get(reference);
        image = known == null ? resolveOnce(reference, own) : known;
        resolved.put(reference, image);
      }
      return new Pulled(own.from((blob, file) -> fetch(reference, blob, file, own)), image);
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  /// Gives a registry an image with everything below it; what the registry has does not travel.
  ///
  /// @param name as users write it, without a digest
  public void push(Layout layout, Descriptor image, String name)
      throws IOException, InterruptedException {
    RegistryReference target = RegistryReference.parse(name);
    List<Descriptor> manifests = new ArrayList<>();
    List<Callable<Boolean>> uploads = new ArrayList<>();
    try (Meter sent =
        new Meter(progress.transfer("", "pushing to " + target.name(), OptionalLong.empty()))) {
      for (Descriptor part : layout.parts(image)) {
        if (isManifest(part)) {
          manifests.add(part);
        } else {
          uploads.add(() -> upload(layout, part, target, sent));
        }
      }
      inParallel(uploads);
      for (Descriptor manifest : manifests) {
        RawManifest raw =
            RawManifest.of(manifest.mediaType(), layout.bytes(manifest, LARGEST_MANIFEST));
        boolean top = manifest.digest().equals(image.digest());
        client().put(top ? target : target.withDigest(manifest.digest()), raw);
      }
    }
  }

  private static boolean isManifest(Descriptor part) {
    return MediaType.isManifest(part.mediaType()) || MediaType.isIndex(part.mediaType());
  }

  private boolean upload(Layout layout, Descriptor blob, RegistryReference target, Meter sent)
      throws IOException, InterruptedException {
    Optional<RegistryReference> base =
        resolved.keySet().stream()
            .filter(one -> one.registry().equals(target.registry()))
            .findFirst();
    if (!client().mountOrHas(target, blob, base.orElse(null))) {
      client().upload(target, blob, layout.path(blob), sent);
    }
    return true;
  }

  /// The first failure ends the others.
  private static void inParallel(List<Callable<Boolean>> tasks)
      throws IOException, InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    try {
      ExecutorCompletionService<Boolean> service = new ExecutorCompletionService<>(threads);
      tasks.forEach(service::submit);
      for (int i = 0; i < tasks.size(); i++) {
        service.take().get();
      }
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException failed -> throw failed;
        case InterruptedException interrupted -> throw interrupted;
        case null, default -> throw new IllegalStateException(e);
      }
    } finally {
      threads.shutdownNow();
      threads.close();
    }
  }

  /// What names stood for, by the whole names.
  public Map<String, Digest> pinned() {
    Map<String, Digest> pinned = new TreeMap<>();
    resolved.forEach((reference, image) -> pinned.put(reference.toString(), image.digest()));
    return pinned;
  }

  private synchronized RegistryClient client() throws RegistryException {
    if (client.isEmpty()) {
      client = Optional.of(RegistryClient.of(settings));
    }
    return client.get();
  }

  private Descriptor resolveOnce(RegistryReference reference, Layout own)
      throws IOException, InterruptedException {
    RegistryException before = failed.get(reference);
    if (before != null) {
      throw before;
    }
    try {
      return resolve(reference, own);
    } catch (RegistryException e) {
      failed.put(reference, e);
      throw e;
    }
  }

  private Descriptor resolve(RegistryReference reference, Layout own)
      throws IOException, InterruptedException {
    Optional<Descriptor> here = own.named(reference.toString()).filter(image -> isHere(own, image));
    if (here.isPresent() && (policy == Policy.NEVER || reference.digest() != null)) {
      return here.get();
    }
    if (policy == Policy.NEVER) {
      throw new IOException(
          reference + " was not pulled before, and --pull=never asks no registry for it");
    }
    try {
      RawManifest manifest = client().manifest(reference);
      Descriptor image = own.put(manifest.mediaType(), manifest.bytes());
      own.tag(reference.toString(), image);
      return image;
    } catch (RegistryException e) {
      boolean mayBeOld =
          e.reason() == RegistryException.Reason.UNREACHABLE
              || e.reason() == RegistryException.Reason.TOO_MANY_REQUESTS;
      if (here.isEmpty() || policy == Policy.ALWAYS || !mayBeOld) {
        throw e;
      }
      progress.note("", e.getMessage() + "; what was pulled before serves");
      return here.get();
    }
  }

  private static boolean isHere(Layout own, Descriptor image) {
    try {
      return own.has(image);
    } catch (IOException e) {
      // Then it is fetched again, which says what is wrong.
      return false;
    }
  }

  /// Once, if several steps or platforms want it.
  private void fetch(RegistryReference reference, Descriptor blob, Path file, Layout own)
      throws IOException {
    synchronized (locks.computeIfAbsent(blob.digest(), _ -> new Object())) {
      if (own.has(blob)) {
        return;
      }
      if (policy == Policy.NEVER) {
        throw new IOException(
            "a part of " + reference + " was not pulled before, and --pull=never fetches nothing");
      }
      try {
        if (isManifest(blob)) {
          RawManifest manifest = client().manifest(reference.withDigest(blob.digest()));
          own.put(blob.mediaType(), manifest.bytes());
        } else {
          try (Meter read = fetching(blob)) {
            client().blob(reference, blob, file, read);
          }
        }
      } catch (InterruptedException e) {
        throw interrupted();
      }
    }
  }

  private Meter fetching(Descriptor blob) {
    return new Meter(
        progress.transfer(
            "",
            "fetching " + blob.digest().hex().substring(0, SHOWN),
            OptionalLong.of(blob.size())));
  }

  private static ClosedByInterruptException interrupted() {
    Thread.currentThread().interrupt();
    return new ClosedByInterruptException();
  }

  @Override
  public void close() {
    client.ifPresent(RegistryClient::close);
  }
}
