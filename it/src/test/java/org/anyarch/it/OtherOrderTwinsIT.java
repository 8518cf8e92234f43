package org.anyarch.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Twins for a guest whose byte order is the other. Needs root and the network.
final class OtherOrderTwinsIT {
  /// What the locales of such a guest say, only its own programs can read.
  private static final String MAPS =
      """
      RUN <<'SCRIPT'
      for l in C C.UTF-8; do export LC_ALL=$l; cat /proc/self/maps | grep -q /dev/.anyarch/ && echo $l native || echo $l emulated; done
      SCRIPT
      """;

  /// Numbers that programs compute with, write or read.
  private static final String SAID =
      """
      RUN <<'SCRIPT'
      exec > /said 2>&1
      export LC_ALL=C; cd /usr/share; for f in md5 sha1 sha224 sha256 sha384 sha512 b2; do ${f}sum /bin/dash; done; cksum /bin/dash; sum /bin/dash; base64 /bin/true | head -3
      find . -name 'c*' | sed 's/a/b/;y/xyz/abc/' | tr a-z A-Z | tac | nl | cut -c1-60 | fold -w 30 | tail -30; grep -rc e base-files | head; expr 3 \\* 5; echo $((1 << 40)) $((-7 / 2))
      tar --mtime=@0 -cf /t base-files; for c in 'gzip -n' bzip2 xz; do $c -c < /t | sha256sum; done; dd if=/t bs=7 count=9 2>/dev/null | cat -v; split -n 3 /t /t.; cat /t.* | cmp - /t; rm /t*; factor 18446744073709551617; shuf -e a b c --random-source=/bin/dash
      uname -m; id; stat -c '%s %a %F' /etc/passwd; ls -ln --time-style=+%s /etc | head
      SCRIPT
      """;

  private static Actor actor;

  @BeforeAll
  static void base() throws IOException, InterruptedException {
    actor = Machine.root();
    TwinBase.pair(
        actor, "s390x", "base-files,dash,coreutils,findutils,grep,sed,tar,gzip,bzip2,xz-utils");
  }

  private static Outcome build(String mode, String steps) throws IOException, InterruptedException {
    actor.write("app/Containerfile", "FROM oci:../b\n" + steps);
    return Images.succeed(
        actor.anyarch(
            "build",
            "--no-cache",
            "--progress=plain",
            "--accelerate=" + mode,
            "--platform=linux/s390x",
            "-o",
            "oci:" + mode,
            "app"));
  }

  @Test
  void onlyInTheLocaleCAreThereTwins() throws IOException, InterruptedException {
    assertThat(build("exact", MAPS).err()).contains("C native").contains("C.UTF-8 emulated");
  }

  @Test
  void theyDoWhatEmulatedProgramsDo() throws IOException, InterruptedException {
    String exact = build("exact", SAID).out();

    assertThat(build("off", SAID).out()).isEqualTo(exact);
  }
}
