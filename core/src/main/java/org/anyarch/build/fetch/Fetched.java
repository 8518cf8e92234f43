package org.anyarch.build.fetch;

import java.nio.file.Path;

/// What a remote source came to.
///
/// @param path the file, or the folder of a repository
/// @param name what a file is called
/// @param identity equal only for equal content and times
public record Fetched(Path path, String name, String identity) {}
