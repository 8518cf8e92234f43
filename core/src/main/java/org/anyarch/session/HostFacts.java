package org.anyarch.session;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the kernel says of itself that explains why a session was refused. Facts explain; they
/// never decide: that is done by trying.
///
/// @param release the kernel's release, for instance 6.1.0-18-amd64
/// @param userNamespaces whether user namespaces are compiled in
/// @param maxUserNamespaces user.max_user_namespaces
/// @param unprivilegedUserNamespaces kernel.unprivileged_userns_clone of Debian's kernels
/// @param apparmorRestricts whether AppArmor takes away what a user gains by a user namespace
///   (Ubuntu 23.10 and later)
/// @param seccompFilter whether a seccomp filter is on this process, as in containers
/// @param knowsBinfmtMisc whether the kernel has the file system binfmt_misc, loaded or built in
record HostFacts(
    String release,
    boolean userNamespaces,
    OptionalLong maxUserNamespaces,
    OptionalLong unprivilegedUserNamespaces,
    boolean apparmorRestricts,
    boolean seccompFilter,
    boolean knowsBinfmtMisc) {

  private static final Pattern RELEASE = Pattern.compile("(\\d+)\\.(\\d+).*");

  /// Reads the facts below `root`, which is `/` but in tests.
  static HostFacts read(Path root) {
    Path kernel = root.resolve("proc/sys/kernel");
    return new HostFacts(
        text(kernel.resolve("osrelease")).orElse("unknown"),
        Files.exists(root.resolve("proc/self/ns/user")),
        number(root.resolve("proc/sys/user/max_user_namespaces")),
        number(kernel.resolve("unprivileged_userns_clone")),
        number(kernel.resolve("apparmor_restrict_unprivileged_userns")).orElse(0) == 1,
        text(root.resolve("proc/self/status")).orElse("").contains("\nSeccomp:\t2"),
        text(root.resolve("proc/filesystems")).orElse("").contains("\tbinfmt_misc"));
  }

  /// Whether the release is older than `major.minor`; false when it cannot be read.
  boolean olderThan(int major, int minor) {
    Matcher matcher = RELEASE.matcher(release);
    if (!matcher.matches()) {
      return false;
    }
    int theirs = Integer.parseInt(matcher.group(1));
    return theirs < major || (theirs == major && Integer.parseInt(matcher.group(2)) < minor);
  }

  /// A file that is not there, or not for us to read, is a fact that is not known.
  private static Optional<String> text(Path file) {
    try {
      return Optional.of(Files.readString(file).strip());
    } catch (IOException unknown) {
      return Optional.empty();
    }
  }

  private static OptionalLong number(Path file) {
    Optional<String> text = text(file);
    if (text.isEmpty() || !text.get().matches("\\d{1,18}")) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(Long.parseLong(text.get()));
  }
}
