package org.anyarch.it;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Debian's newest buildah, in a root folder of its own, since the machine's may be years old. What
/// it stores lies in memory, in a mount namespace that ends with this object or with the test run.
final class Buildah implements AutoCloseable {
  /// Makes the root as if it were the machine, so that buildah can mount, and keeps that: a `cat`
  /// stays there until its input ends.
  private static final String ENTER =
      """
      set -e
      root=$1 folder=$2
      mkdir -p "$root$folder"
      mount --rbind "$root" "$root"
      for d in proc sys dev; do mount --rbind /$d "$root/$d"; done
      mount -t tmpfs none "$root/tmp"
      mount --bind "$folder" "$root$folder"
      cd "$root"
      mkdir -p mnt/old
      pivot_root . mnt/old
      umount -l mnt/old
      exec cat
      """;

  private static final String STORAGE =
      """
      set -e
      cd "$1"
      shift
      export TMPDIR=/tmp
      b() {
        command=$1
        shift
        buildah --root /tmp/storage --runroot /tmp/run --storage-driver overlay "$command" "$@"
      }
      # The limits are those every machine lets it set.
      bud() {
        b bud --isolation chroot --ulimit nofile=1024:1024 --ulimit nproc=4096:4096 \\
          --format docker --identity-label=false --pull=never -q "$@" >&2
      }
      """;

  private static final String BASE =
      """
      b pull -q oci:base:test >&2
      b tag "$(b images -q)" localhost/base
      bud -t localhost/trigger trigger
      """;

  /// buildah writes a folder with Docker's manifest, since OCI's configuration has no place for a
  /// health check. It becomes the layout that umoci reads: the files by their digests, and OCI's
  /// names for what they are.
  private static final String BUILD =
      """
      mkdir written
      if bud -t dir:written "$@" context; then
        mkdir -p theirs/blobs/sha256
        sed -e 's,docker.distribution.manifest.v2,oci.image.manifest.v1,' \\
          -e 's,docker.container.image,oci.image.config,' \\
          -e 's,docker.image.rootfs.diff.tar.gzip,oci.image.layer.v1.tar+gzip,g' \\
          -e 's,docker.image.rootfs.diff.tar,oci.image.layer.v1.tar,g' \\
          written/manifest.json > manifest
        rm written/manifest.json written/version
        mv written/* theirs/blobs/sha256
        digest=$(sha256sum < manifest)
        digest=${digest%% *}
        printf '{"imageLayoutVersion":"1.0.0"}' > theirs/oci-layout
        printf '{"schemaVersion":2,"manifests":[{"mediaType":"%s","digest":"sha256:%s","size":%s,
          "annotations":{"org.opencontainers.image.ref.name":"test"}}]}' \\
          application/vnd.oci.image.manifest.v1+json "$digest" "$(wc -c < manifest)" > theirs/index.json
        mv manifest "theirs/blobs/sha256/$digest"
      fi
      for side in ours theirs; do
        test -e $side || continue
        umoci raw unpack --image $side:test $side-root >&2
        (cd $side-root && getfattr -Rhd -m - -e hex .) > $side-root.xattrs
      done
      """;

  private final Path folder;
  private final Process place;

  private Buildah(Path folder, Process place) {
    this.folder = folder;
    this.place = place;
  }

  /// @param folder where the images are, seen by buildah at the same path
  static Buildah in(Path folder) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of("unshare", "-m", "--propagation", "private", "sh", "-c", ENTER, "sh"));
    command.addAll(List.of(root().toString(), folder.toString()));
    Process place =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    Buildah buildah = new Buildah(folder, place);
    buildah.awaitPlace();
    return buildah;
  }

  /// The root folder with Debian unstable, made once for all runs in this tree.
  private static Path root() {
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
    return root;
  }

  /// What `cat` is given comes back once everything before it is done.
  private void awaitPlace() throws IOException {
    BufferedWriter in = place.outputWriter();
    in.write("ready\n");
    in.flush();
    if (!"ready".equals(place.inputReader().readLine())) {
      throw new AssertionError("buildah's root cannot be entered; what failed stands above");
    }
  }

  String version() throws IOException, InterruptedException {
    return succeed(inside("buildah --version", folder, List.of())).out().strip();
  }

  /// Takes `oci:base` of the folder as `base`, and builds `trigger` of the folder `trigger`.
  void base() throws IOException, InterruptedException {
    succeed(inside(STORAGE + BASE, folder, List.of()));
  }

  /// Builds `context` in a case's folder. Where that works, `theirs` is the result and
  /// `theirs-root` its root folder; `ours`, if there is one, is unpacked along.
  Outcome build(Path at, List<String> options) throws IOException, InterruptedException {
    return succeed(inside(STORAGE + BUILD, at, options));
  }

  private Outcome inside(String script, Path at, List<String> words)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of("nsenter", "-t", Long.toString(place.pid()), "--mount", "--root", "--wd"));
    command.addAll(List.of("sh", "-c", script, "sh", at.toString()));
    command.addAll(words);
    return Processes.run(folder, Map.of("HOME", "/root"), "", command);
  }

  private static Outcome succeed(Outcome outcome) {
    if (outcome.status() != 0) {
      throw new AssertionError(outcome.toString());
    }
    return outcome;
  }

  @Override
  public void close() throws IOException {
    place.getOutputStream().close();
    place.onExit().join();
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
