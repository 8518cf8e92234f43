package org.anyarch.build;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.anyarch.build.solve.RunSettings;
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
/// @param named what names stand for
/// @param environment the caller's: proxies, and what git goes by
/// @param epoch seconds since 1970 that images and the files in their new layers are dated at the
///   latest
/// @param name what the result is called in the layout, `NAME[:TAG]`; empty for no name
/// @param runSettings what RUN steps are given
/// @param output the OCI layout folder, made if it is not there
public record BuildRequest(
    Path context,
    String containerfile,
    String fileName,
    Path ignoreFile,
    List<Platform> platforms,
    Map<String, String> buildArgs,
    String target,
    NamedContexts named,
    Map<String, String> environment,
    long epoch,
    String name,
    RunSettings runSettings,
    Path output) {

  public BuildRequest {
    platforms = List.copyOf(platforms);
    buildArgs = Map.copyOf(buildArgs);
    environment = Map.copyOf(environment);
    if (platforms.isEmpty()) {
      throw new IllegalArgumentException("a build needs a platform");
    }
  }
}
