package org.anyarch.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.anyarch.platform.Platform;
import org.junit.jupiter.api.Test;

/// Where COPY puts what, beside buildah in the same run. Setuid and setgid files are not among
/// these: buildah takes the bits away, BuildKit does not.
final class BuildahIT {
  private static final String CONTEXT =
      """
      set -e
      mkdir -p ctx/d/sub ctx/e
      cd ctx
      echo 1 > d/a; echo 2 > d/sub/b; ln -s a d/link; ln d/a d/hard
      chmod 1700 d/sub; chmod 750 e; echo 3 > f; chmod 640 f
      ln -s d dl; ln -s f fl; echo y > e/.hidden; echo z > e/z.log; echo q > e/q
      printf 'e/*\\n!e/z.*\\n' > .dockerignore
      """;

  private static final String CONTAINERFILE =
      """
      FROM scratch AS base
      COPY d /base/dir
      COPY f /base/file
      COPY fl /base/
      FROM base
      COPY d /t1
      COPY d /t2/
      COPY d d/sub /t3/
      COPY f /t4
      COPY f /t5/
      COPY f /t6/deep/name
      COPY d/* /t7/
      COPY dl /t8/
      COPY fl /t9
      COPY . /t11/
      COPY d/../f /t12
      COPY d/li* /t13/
      COPY --from=base /base /t14/
      COPY --from=base --chown=5:6 /base/dir /t15/x/y
      COPY --chown=7 f /t16/q/
      COPY --chmod=0711 d /t17/
      COPY d /base/dir
      COPY f /base/dir/sub/
      COPY [ "f", "d/a", "/t18/" ]
      WORKDIR /w/x
      COPY f .
      COPY f ../y
      COPY f rel/
      COPY ? /t19/
      COPY d/sub/ /t20
      """;

  private static final String BUILDAH =
      """
      set -e
      buildah bud --storage-driver vfs --root $PWD/storage --runroot $PWD/run \\
        --isolation chroot -q -t b ctx >/dev/null
      buildah push -q --storage-driver vfs --root $PWD/storage --runroot $PWD/run b oci:theirs:1
      """;

  private final Actor actor = Machine.root();

  /// Path, type, mode, owner, where a link leads, and how many names there are, of every file.
  private String listed(String image) throws IOException, InterruptedException {
    Path at = actor.folder();
    Processes.must(at, "umoci", "raw", "unpack", "--image", image, image.replace(":", "-"));
    return Processes.must(
        at.resolve(image.replace(":", "-")),
        "sh",
        "-c",
        "find . -mindepth 1 -printf '%p %y %m %U:%G %l %n\\n' | LC_ALL=C sort");
  }

  @Test
  void copiesLieWhereBuildahPutsThem() throws IOException, InterruptedException {
    Processes.must(actor.folder(), "sh", "-c", CONTEXT);
    actor.write("ctx/Containerfile", CONTAINERFILE);
    Images.succeed(Images.build(actor, "ours", List.of(Platform.host().toString()), "ctx"));
    Processes.must(actor.folder(), "sh", "-c", BUILDAH);

    String ours = listed("ours:test");

    assertThat(ours.lines()).hasSizeGreaterThan(80);
    assertThat(ours).isEqualTo(listed("theirs:1"));
  }
}
