package org.anyarch.build.plan;

import java.util.Optional;
import org.anyarch.build.containerfile.Mount;

/// A mount of a RUN with its place and source known.
///
/// @param target absolute; empty for a secret that is only a variable
/// @param source where a bind or cache mount takes files from; empty for what has no source
public record PlannedMount(Mount mount, String target, Optional<CopySource> source) {}
