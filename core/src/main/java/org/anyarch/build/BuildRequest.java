package org.anyarch.build;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.anyarch.build.export.ImageOptions;
import org.anyarch.build.solve.CacheUse;
import org.anyarch.build.solve.RunSettings;
import org.anyarch.platform.Platform;

/// What to build.
///
/// @param platforms what to build for; one image each
/// @param buildArgs values for ARG
/// @param target the stage to build; empty for the last one
/// @param named what names stand for
/// @param environment the caller's: proxies, and what git goes by
/// @param runSettings what RUN steps are given
/// @param cache which results of earlier builds count
public record BuildRequest(
    Input input,
    List<Platform> platforms,
    Map<String, String> buildArgs,
    String target,
    NamedContexts named,
    Map<String, String> environment,
    RunSettings runSettings,
    CacheUse cache,
    Output output) {

  /// What is read.
  ///
  /// @param context the folder that COPY and ADD read from
  /// @param containerfile the text of the Containerfile
  /// @param fileName what errors call it
  /// @param ignoreFile the Containerfile's own ignore file, which goes before the context's
  ///   .dockerignore; need not be there
  public record Input(Path context, String containerfile, String fileName, Path ignoreFile) {}

  /// What is written.
  ///
  /// @param folder the OCI layout folder, made if it is not there
  /// @param name what the result is called in the layout, `NAME[:TAG]`; empty for no name
  /// @param epoch seconds since 1970 that images and the files in their new layers are dated at the
  ///   latest
  /// @param options labels and annotations beyond the Containerfile's
  public record Output(Path folder, String name, long epoch, ImageOptions options) {}

  public BuildRequest {
    platforms = List.copyOf(platforms);
    buildArgs = Map.copyOf(buildArgs);
    environment = Map.copyOf(environment);
    if (platforms.isEmpty()) {
      throw new IllegalArgumentException("a build needs a platform");
    }
  }
}
