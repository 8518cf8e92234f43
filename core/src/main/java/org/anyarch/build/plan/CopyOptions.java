package org.anyarch.build.plan;

import java.util.List;
import java.util.Optional;

/// What the flags of COPY and ADD ask for.
///
/// @param chown `USER[:GROUP]`, or empty
/// @param chmod a mode ([ModeChange]), or empty
/// @param link whether the layer is made without looking at what is below it
/// @param parents whether the folders of a source are kept; a source may then have a `/./` before
///   the part that is
/// @param excludes patterns of what stays behind, relative to the folder that is copied
/// @param checksum the SHA-256 of a URL's content or the commit of a git repository, or empty
/// @param keepGitDir whether a repository's `.git` comes along; empty if not said
/// @param unpack whether archives are unpacked; empty for what the instruction does by itself
public record CopyOptions(
    String chown,
    String chmod,
    boolean link,
    boolean parents,
    List<String> excludes,
    String checksum,
    Optional<Boolean> keepGitDir,
    Optional<Boolean> unpack) {
  public CopyOptions {
    excludes = List.copyOf(excludes);
  }
}
