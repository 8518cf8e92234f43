package org.anyarch.build.containerfile;

/// A word of an instruction as it was written, quotes and variables included.
public record Word(String text, Location location) {}
