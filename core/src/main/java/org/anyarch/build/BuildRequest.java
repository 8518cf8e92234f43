package org.anyarch.build;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.anyarch.build.export.ImageOptions;
import org.anyarch.build.solve.CacheUse;
import org.anyarch.platform.Platform;

/// What to build.
///
/// @param context the folder that COPY and ADD read from
/// @param containerfile the text of the Containerfile
/// @param fileName what errors call it
/// @param ignoreFile the Containerfile's own ignore file, which goes before the context's
///   .dockerignore; need not be there
/// @param platforms what to build for; one image each
/// @param buildArgs values for ARG
/// @param target the stage to build; empty for the last one
/// @param namedContexts images by the names that FROM and COPY --from use
/// @param epoch seconds since 1970 that images and the files in their new layers are dated at the
///   latest
/// @param name what the result is called in the layout, `NAME[:TAG]`; empty for no name
/// @param output the OCI layout folder, made if it is not there
/// @param cache which results of earlier builds count
/// @param options labels and annotations beyond the Containerfile's
public record BuildRequest(
    Path context,
    String containerfile,
    String fileName,
    Path ignoreFile,
    List<Platform> platforms,
    Map<String, String> buildArgs,
    String target,
    Map<String, ImageReference> namedContexts,
    long epoch,
    String name,
    Path output,
    CacheUse cache,
    ImageOptions options) {

  public BuildRequest {
    platforms = List.copyOf(platforms);
    buildArgs = Map.copyOf(buildArgs);
    namedContexts = Map.copyOf(namedContexts);
    if (platforms.isEmpty()) {
      throw new IllegalArgumentException("a build needs a platform");
    }
  }
}
