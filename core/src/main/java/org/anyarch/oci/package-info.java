/// OCI images on disk: digests, descriptors, manifests, indexes, image configurations and layouts;
/// layers as tar archives, applied to folders and packed from overlayfs upper folders.
///
/// Everything read here is untrusted: sizes and digests are verified, documents have limits, and no
/// archive entry reaches outside of the root folder it is unpacked to. Everything written is
/// deterministic: equal input gives equal bytes. Nothing here talks to a registry or knows what a
/// build is.
///
/// Start with [Layout]; layers are read by [LayerApplier] and written by [LayerPacker].
package org.anyarch.oci;
