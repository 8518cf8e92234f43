package org.anyarch.build.containerfile;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// What one `RUN --mount` shows the step, with nothing left to expand.
public sealed interface Mount {
  /// Where the flag stands.
  Location location();

  /// Where the step sees it, as written; empty where there is a default.
  String target();

  /// Files of the context, a stage or an image.
  ///
  /// @param from a stage, image or named context; empty for the context
  /// @param source a path in it
  /// @param writable whether the step may write; what it writes is thrown away
  record Bind(Location location, String target, String source, String from, boolean writable)
      implements Mount {}

  /// A folder that outlives the build.
  ///
  /// @param id what it is known by; empty for its target
  /// @param from what a new one is filled with, as for a bind mount; empty for nothing
  /// @param owner whom a new one belongs to
  record Cache(
      Location location,
      String target,
      String id,
      String source,
      String from,
      boolean writable,
      Sharing sharing,
      Ownership owner)
      implements Mount {}

  /// A folder in memory.
  ///
  /// @param size bytes at most; empty for the kernel's default
  record Tmpfs(Location location, String target, OptionalLong size, boolean writable)
      implements Mount {}

  /// Something the caller of the build knows and the image must not.
  ///
  /// @param variable the environment variable that shows it
  /// @param required whether the step fails without it
  record Secret(
      Location location,
      String target,
      String id,
      Optional<String> variable,
      boolean required,
      Ownership owner)
      implements Mount {
    /// Whether it is shown as a file: it is, unless only a variable is asked for.
    public boolean isFile() {
      return variable.isEmpty() || !target.isEmpty();
    }
  }

  /// A socket of the caller's SSH agent.
  record Ssh(Location location, String target, String id, boolean required, Ownership owner)
      implements Mount {}

  /// Who uses a cache at the same time: everybody, one step at a time, or nobody else, so that
  /// another step gets another folder.
  enum Sharing {
    SHARED,
    LOCKED,
    PRIVATE
  }

  /// Whom a file or folder belongs to and who may do what with it.
  record Ownership(OptionalInt mode, int uid, int gid) {}
}
