package org.anyarch.build.plan;

/// A file whose content stands in the Containerfile.
public record InlineFile(String name, String content) {}
