package org.anyarch.oci;

import org.anyarch.platform.Platform;

/// The image for one platform, found below an index or standing alone.
///
/// @param descriptor of the manifest
/// @param platform what the image says it runs on
public record Resolved(
    Descriptor descriptor, Platform platform, Manifest manifest, ImageConfig config) {}
