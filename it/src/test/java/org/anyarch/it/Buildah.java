package org.anyarch.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Debian's newest buildah, in a root folder of its own, since the machine's may be years old.
///
/// @param root the folder with Debian unstable
/// @param folder where the images are, seen by buildah at the same path
record Buildah(Path root, Path folder) {
  /// Works in ROOT as if it were the machine, so that buildah can mount.
  private static final String ENTER =
      """
      set -e
      root=$1 folder=$2
      shift 2
      mkdir -p "$root$folder"
      mount --rbind "$root" "$root"
      for d in proc sys dev; do mount --rbind /$d "$root/$d"; done
      mount -t tmpfs none "$root/tmp"
      mount --bind "$folder" "$root$folder"
      cd "$root"
      mkdir -p mnt/old
      pivot_root . mnt/old
      umount -l mnt/old
      exec "$@"
      """;

  private static final String STORAGE =
      """
      set -e
      cd "$1"
      shift
      b() {
        command=$1
        shift
        buildah --root ../storage --runroot ../run --storage-driver overlay "$command" "$@"
      }
      """;

  private static final String BASE =
      """
      b pull -q oci:base:test >&2
      b tag "$(b images -q)" localhost/base
      b bud --isolation chroot --ulimit nofile=1024:1024 --ulimit nproc=4096:4096 \\
        --format docker --identity-label=false --pull=never -q -t localhost/trigger trigger >&2
      """;

  /// The limits are those every machine lets it set.
  private static final String BUILD =
      """
      tag=$1
      shift
      if b bud --isolation chroot --ulimit nofile=1024:1024 --ulimit nproc=4096:4096 \\
        --format docker --identity-label=false --pull=never -q -t "$tag" "$@" context >&2
      then
        b push -q "$tag" oci:theirs:test >&2
        b inspect --type image "$tag" > theirs.json
        umoci raw unpack --image theirs:test theirs-root >&2
      fi
      test ! -e ours || umoci raw unpack --image ours:test ours-root >&2
      for root in ours-root theirs-root; do
        test ! -e $root || (cd $root && getfattr -Rhd -m - -e hex .) > $root.xattrs
      done
      """;

  static Buildah in(Path folder) {
    Path root = Machine.tree().resolve("it/target/buildah-root");
    if (!Files.exists(root.resolve("usr/bin/buildah"))) {
      Path made = Machine.tree().resolve("it/target/buildah-root.new");
      Processes.must(Path.of("/"), "rm", "-rf", root.toString(), made.toString());
      Processes.must(
          Path.of("/"),
          "mmdebstrap",
          "--quiet",
          "--variant=essential",
          "--include=buildah,umoci,attr,netavark,mount,git,ca-certificates",
          "--aptopt=Acquire::Check-Valid-Until \"false\"",
          "--aptopt=APT::Install-Recommends \"false\"",
          "unstable",
          made.toString());
      Processes.must(Path.of("/"), "mv", made.toString(), root.toString());
    }
    return new Buildah(root, folder);
  }

  String version() throws IOException, InterruptedException {
    return succeed(inside("set -e\ncd \"$1\"\nbuildah --version", folder, List.of())).out().strip();
  }

  /// Takes `oci:base` of the folder as `base`, and builds `trigger` of the folder `trigger`.
  void base() throws IOException, InterruptedException {
    Path at = Files.createDirectories(folder.resolve("base-of-buildah"));
    Files.createSymbolicLink(at.resolve("base"), folder.resolve("base"));
    Files.createSymbolicLink(at.resolve("trigger"), folder.resolve("trigger"));
    succeed(inside(STORAGE + BASE, at, List.of()));
  }

  /// Builds `context` in a case's folder. Where that works, `theirs-root` and `theirs.json` tell
  /// the result; `ours` is unpacked along.
  Outcome build(Path at, List<String> options) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of(at.getFileName().toString()));
    words.addAll(options);
    return succeed(inside(STORAGE + BUILD, at, words));
  }

  private Outcome inside(String script, Path at, List<String> words)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of("unshare", "-m", "--propagation", "private", "sh", "-c", ENTER, "sh"));
    command.addAll(List.of(root.toString(), folder.toString(), "sh", "-c", script, "sh"));
    command.add(at.toString());
    command.addAll(words);
    return Processes.run(folder, Map.of("HOME", "/root"), "", command);
  }

  private static Outcome succeed(Outcome outcome) {
    if (outcome.status() != 0) {
      throw new AssertionError(outcome.toString());
    }
    return outcome;
  }

  /// What `getfattr` told, by path below the root; several of a file in one line.
  static Map<String, String> xattrs(Path file) throws IOException {
    Map<String, String> found = new HashMap<>();
    String name = "";
    for (String line : Files.readAllLines(file)) {
      if (line.startsWith("# file: ")) {
        name = "/" + line.substring("# file: ".length());
      } else if (!line.isEmpty()) {
        found.merge(name, line, (a, b) -> a + " " + b);
      }
    }
    return found;
  }
}
