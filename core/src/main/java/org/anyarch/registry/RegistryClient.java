package org.anyarch.registry;

import java.nio.file.Path;
import java.util.function.LongConsumer;
import org.anyarch.oci.Descriptor;
import org.jspecify.annotations.Nullable;

/// Gets images from registries and gives them images, with the user's credentials, mirrors,
/// certificates and proxies. For many threads at once.
///
/// Whatever fails for a while (broken connections, 429, 5xx) is tried again, with longer and longer
/// pauses, but not without end. An interrupt ends every method with an `InterruptedException`, and
/// nothing half-done is left on the disk.
@SuppressWarnings({
  "DoNotCallSuggester",
  "ObjectToString"
}) // signatures first, to be written against
public final class RegistryClient implements AutoCloseable {
  private RegistryClient() {}

  /// Reads the settings; asks no registry.
  ///
  /// @throws RegistryException if a file of settings cannot be used
  public static RegistryClient of(RegistrySettings settings) throws RegistryException {
    throw new UnsupportedOperationException(settings.toString());
  }

  /// What `text` names by the user's settings: as [RegistryReference#parse], but a name without a
  /// host may be an alias for another, or be looked for elsewhere than at `docker.io`.
  ///
  /// @throws RegistryException if it names nothing, or could be at several registries
  public RegistryReference reference(String text) throws RegistryException {
    throw new UnsupportedOperationException(text);
  }

  /// What a tag names now, or a digest, without its content, which many registries count less. It
  /// is what the registry says: only who gets the manifest by this digest knows that it is so.
  ///
  /// @throws RegistryException of [RegistryException.Reason#NOT_FOUND] if there is none
  public Descriptor resolve(RegistryReference image)
      throws RegistryException, InterruptedException {
    throw new UnsupportedOperationException(image.toString());
  }

  /// The manifest or index with its bytes as they came, at most 4 MiB. They have the reference's
  /// digest, if it has one, and the one that the registry says, if it says one.
  ///
  /// @throws RegistryException of [RegistryException.Reason#NOT_FOUND] if there is none
  public RawManifest manifest(RegistryReference image)
      throws RegistryException, InterruptedException {
    throw new UnsupportedOperationException(image.toString());
  }

  /// Fetches a blob. The file appears, in place of whatever was there, once size and digest have
  /// proved right; else there is none. It is not synced to the disk.
  ///
  /// @param into the file; its folder is there
  /// @param progress told how many bytes more came, again and again; those that have to come twice
  ///   only once
  /// @throws java.io.IOException if the disk fails; a [RegistryException] if the registry does
  public void blob(RegistryReference repository, Descriptor blob, Path into, LongConsumer progress)
      throws java.io.IOException, InterruptedException {
    throw new UnsupportedOperationException(repository + " " + blob + into + progress);
  }

  /// Whether the registry has the manifest.
  public boolean has(RegistryReference image) throws RegistryException, InterruptedException {
    throw new UnsupportedOperationException(image.toString());
  }

  /// Whether the repository has the blob, after asking the registry to take it over from another
  /// repository of its own if it has not.
  ///
  /// @param from where it is known to be; null, or another registry's, if it is nowhere there
  public boolean mountOrHas(
      RegistryReference repository, Descriptor blob, @Nullable RegistryReference from)
      throws RegistryException, InterruptedException {
    throw new UnsupportedOperationException(repository + " " + blob + from);
  }

  /// Gives the repository a blob, whether it has it or not.
  ///
  /// @param from the file, of exactly the blob's size
  /// @param progress told how many bytes more are on their way, again and again; those that have to
  ///   be sent twice only once
  /// @throws java.io.IOException if the file cannot be read; a [RegistryException] if the registry
  ///   does not take it
  public void upload(
      RegistryReference repository, Descriptor blob, Path from, LongConsumer progress)
      throws java.io.IOException, InterruptedException {
    throw new UnsupportedOperationException(repository + " " + blob + from + progress);
  }

  /// Gives the repository a manifest whose blobs and manifests it has: under the reference's tag,
  /// or only under its digest if the reference has one.
  ///
  /// @throws IllegalArgumentException if the reference has another digest than the manifest
  public void put(RegistryReference image, RawManifest manifest)
      throws RegistryException, InterruptedException {
    throw new UnsupportedOperationException(image + " " + manifest);
  }

  /// Ends all connections; who waits for one gets a [RegistryException].
  @Override
  public void close() {}
}
