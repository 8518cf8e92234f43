package org.anyarch.oci;

/// A layer that was packed: its blob, the digest of its uncompressed tar, and how many changes it
/// holds. None means that the folder held no change; the blob then exists but needs no place in an
/// image.
public record PackedLayer(Descriptor descriptor, Digest diffId, long entries) {
  public boolean isEmpty() {
    return entries == 0;
  }
}
