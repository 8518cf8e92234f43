package org.anyarch.registry;

import java.util.Arrays;
import org.anyarch.oci.Descriptor;
import org.anyarch.oci.Digest;

/// A manifest or an index with the very bytes that its digest is of.
public final class RawManifest {
  private final String mediaType;
  private final byte[] bytes;
  private final Digest digest;

  private RawManifest(String mediaType, byte[] bytes, Digest digest) {
    this.mediaType = mediaType;
    this.bytes = bytes;
    this.digest = digest;
  }

  /// A document with its SHA-256.
  ///
  /// @param mediaType as the registry is told
  public static RawManifest of(String mediaType, byte[] bytes) {
    return new RawManifest(mediaType, bytes.clone(), Digest.ofSha256(bytes));
  }

  /// A document whose digest was compared.
  static RawManifest verified(String mediaType, byte[] bytes, Digest digest) {
    return new RawManifest(mediaType, bytes.clone(), digest);
  }

  public String mediaType() {
    return mediaType;
  }

  /// A copy.
  public byte[] bytes() {
    return bytes.clone();
  }

  public Digest digest() {
    return digest;
  }

  public Descriptor descriptor() {
    return Descriptor.of(mediaType, digest, bytes.length);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RawManifest that
        && mediaType.equals(that.mediaType)
        && digest.equals(that.digest)
        && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return digest.hashCode();
  }

  @Override
  public String toString() {
    return descriptor().toString();
  }
}
