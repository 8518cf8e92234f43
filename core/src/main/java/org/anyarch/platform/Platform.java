package org.anyarch.platform;

/// An OCI platform: operating system, architecture, variant (empty when the architecture needs
/// none).
public record Platform(String os, String architecture, String variant) {}
