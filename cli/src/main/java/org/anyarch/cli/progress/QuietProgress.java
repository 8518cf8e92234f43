package org.anyarch.cli.progress;

/// Says nothing: what failed is in the error.
public final class QuietProgress implements ProgressView {}
