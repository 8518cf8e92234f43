package org.anyarch.build.containerfile;

/// A name and the value it is given, both as written.
public record Pair(Word name, Word value) {}
