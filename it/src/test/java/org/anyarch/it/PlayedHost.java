package org.anyarch.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A host that a test plays: process 1 of a PID namespace in a user namespace of its own, which has
/// its own binfmt_misc, /var/lib, /run, /opt and /tmp, and cannot change the folders /etc and /dev.
/// Containers are its children. All of it ends with the script.
final class PlayedHost {
  /// `container` is one that sees the host's processes; `sealed` has process numbers, a /proc and a
  /// /var/lib of its own, as engines make them.
  private static final String PRELUDE =
      """
      set -u
      mount --make-rprivate /
      case $ANYARCH$ANYARCH_EMULATORS in /tmp/*) ;; *) mount -t tmpfs tmpfs /tmp ;; esac
      tree=${ANYARCH%/dist/target/*}
      exec 9<"$tree"
      for folder in /var/lib /run /opt; do mount -t tmpfs tmpfs $folder; done
      [ -e "$ANYARCH" ] || { mkdir -p "$tree" && mount -c --rbind /proc/$$/fd/9 "$tree" || exit 1; }
      exec 9<&-
      for folder in /etc /dev; do mount --rbind $folder $folder && mount -o remount,ro,bind $folder || exit 1; done
      mkdir /run/binfmt.d
      instance=/proc/sys/fs/binfmt_misc
      container() { unshare --mount --propagation unchanged "$@"; }
      sealed() {
        container=test unshare --mount --propagation unchanged --pid --fork sh -c '
          ! grep -q " /proc/sys/fs/binfmt_misc " /proc/self/mountinfo || umount /proc/sys/fs/binfmt_misc
          mount -t proc proc /proc; mount -t tmpfs tmpfs /var/lib; exec "$@"' sealed "$@"
      }
      host() { verb=$1; shift; "$ANYARCH" host "$verb" --namespace "$@"; }
      in_container() { verb=$1; shift; container "$ANYARCH" host "$verb" --namespace "$@"; }
      in_sealed() { verb=$1; shift; sealed "$ANYARCH" host "$verb" --namespace "$@"; }
      await() {
        tries=0
        until eval "$1"; do
          tries=$((tries + 1)); [ $tries -lt 100 ] || { echo "never: $1"; cat /run/log; exit 1; }
          sleep 0.2
        done
      }
      entries() { ls -U $instance | grep -v -e '^register$' -e '^status$' | tr '\\n' ' '; echo; }
      """;

  private PlayedHost() {}

  /// Runs a shell script as the host's process 1.
  static Outcome run(String script) throws IOException, InterruptedException {
    Path file = Files.createTempFile(Path.of("/var/tmp"), "anyarch-played-", ".sh");
    try {
      Files.writeString(file, PRELUDE + script);
      return Processes.run(
          Path.of("/"),
          Map.of(
              "ANYARCH", Machine.anyarch().toString(),
              "ANYARCH_HOME", "/run/home",
              "ANYARCH_EMULATORS", Machine.emulators().toString()),
          "",
          List.of(
              "unshare",
              "--user",
              "--map-root-user",
              "--mount",
              "--pid",
              "--fork",
              "--mount-proc",
              "sh",
              file.toString()));
    } finally {
      Files.delete(file);
    }
  }
}
