package org.anyarch.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Native twins: programs of Debian's own packages for arm64 and for this machine, run both ways.
/// Packages are fetched from the archive that apt knows; nothing of them is configured, so nothing
/// needs to run to make the roots.
final class TwinsIT {
  private static final String PACKAGES =
      "dash,coreutils,findutils,grep,sed,gzip,bzip2,xz-utils,zstd,tar,diffutils,patch,mawk,"
          + "debianutils,hostname,dpkg,apt,gpgv,libc-bin,libcap2-bin,libnss-extrausers";

  private static Actor actor;

  @BeforeAll
  static void base() throws IOException, InterruptedException {
    actor = Machine.root();
    TwinBase.make(actor, PACKAGES);
  }

  private static Outcome build(String mode, String base, String steps)
      throws IOException, InterruptedException {
    actor.write("app/Containerfile", "FROM oci:../" + base + "\n" + steps);
    return Images.succeed(
        actor.anyarch(
            "build",
            "--no-cache",
            "--progress=plain",
            "--accelerate=" + mode,
            "--platform",
            "linux/arm64",
            "-o",
            "oci:" + mode,
            "app"));
  }

  private static String digest(Outcome outcome) {
    return outcome.out().strip();
  }

  @Test
  void aProgramWithATwinRunsNatively() throws IOException, InterruptedException {
    assertThat(maps("exact", "b", "")).contains("native");
    assertThat(maps("off", "b", "")).contains("emulated");
    assertThat(maps("exact", "alone", "")).contains("emulated");
  }

  /// What the loader of cat itself is, by its own map of memory.
  private static String maps(String mode, String base, String before)
      throws IOException, InterruptedException {
    return build(
            mode,
            base,
            "RUN "
                + before
                + " if cat /proc/self/maps | grep -q /dev/.anyarch/; then echo it is native;"
                + " else echo it is emulated; fi\n")
        .err();
  }

  /// In every case of doubt the program is emulated.
  static List<String> doubts() {
    return List.of(
        // Altered, though of the same size and time.
        "cp -p /bin/cat /tmp/x; printf X | dd of=/bin/cat bs=1 seek=$(($(stat -c %s /bin/cat) - 1))"
            + " conv=notrunc 2>/dev/null; touch -r /tmp/x /bin/cat;",
        // Another file in its place.
        "cp /bin/cat /tmp/x; mv /tmp/x /bin/cat;",
        "chmod u+s /bin/cat;",
        "setcap cap_net_raw+ep /bin/cat;",
        "export LD_LIBRARY_PATH=/nowhere;",
        "export LD_PRELOAD=;",
        "export LD_AUDIT=;",
        // Another character set, or one of a translation, needs modules of the guest's C library.
        "export LC_ALL=de_DE;",
        "export LC_ALL= LC_TIME=sv_SE.UTF-8;",
        "export LANGUAGE=ja;",
        "export QEMU_STRACE=;");
  }

  @ParameterizedTest
  @MethodSource("doubts")
  void aProgramInDoubtIsEmulated(String doubt) throws IOException, InterruptedException {
    assertThat(maps("exact", "b", doubt)).contains("it is emulated");
  }

  /// The variables that another overrides say nothing.
  @Test
  void aLocaleThatDoesNotCountIsNoDoubt() throws IOException, InterruptedException {
    assertThat(maps("exact", "b", "export LC_ALL=C LANG=de_DE LANGUAGE=ja;"))
        .contains("it is native");
    assertThat(maps("exact", "b", "export LC_ALL=en_US.UTF-8 LANGUAGE=en;"))
        .contains("it is native");
  }

  /// Neither is there in a chroot, nor is /proc, and all the same foreign programs run.
  @Test
  void chrootsAndRootsWithoutProcWork() throws IOException, InterruptedException {
    String steps =
        """
        RUN mkdir -p /r/dev && cp -a /bin /lib /usr /r/ && chroot /r /bin/sh -c 'cat /bin/sh | sha256sum; [ ! -e /proc ]' > /said && rm -r /r
        """;
    assertThat(digest(build("exact", "b", steps))).isEqualTo(digest(build("off", "b", steps)));
  }

  /// What a program sees of how it was started is what it would see emulated.
  @Test
  void argumentsEnvironmentStatusSignalsAndFilesAreUntouched()
      throws IOException, InterruptedException {
    String steps =
        """
        RUN <<SCRIPT
        exec > /said 2>&1
        printenv one two
        one=1 env -i two='a  b' printenv
        sh -c 'exit 7'; echo $?
        sh -c 'kill -TERM $$'; echo $?
        (trap '' INT; sh -c 'kill -INT $$; echo ignored')
        sh -c 'echo "$0"' other-name; (exec -a x true) 2>/dev/null; echo $?
        cat nowhere; echo $?
        env -- no-such-program; echo $?
        cat /proc/self/comm
        ls /proc/self/fd | wc -l
        exec 7< /etc/passwd; cat <&7
        head -c 3 /bin/cat | wc -c; echo in | sh -c 'read x; echo $x'
        umask; ulimit -n > /dev/null; pwd -P
        uname -m; arch; hostname; dpkg --print-architecture; getconf LONG_BIT; ldconfig -p | head -3
        for z in gzip bzip2 xz zstd; do echo packed | $z > /z; done
        bzcat < /z; xzcat < /z; zstd < /etc/passwd > /z; zstdcat < /z; unzstd -c < /z; xz < /etc/passwd > /z; unxz -c < /z; bzip2 < /etc/passwd > /z; bunzip2 -c < /z; rm /z
        printf '#!/bin/sed -nf\n/root/p\n' > /script; chmod +x /script; /script /etc/passwd; printf '#!/usr/bin/env -S cat -n\nx\n' > /script; /script; rm /script
        dpkg-divert --local --rename --add /bin/head > /diverted; printf '#!/bin/sh\necho wrapped "$@"; exec /bin/head.distrib "$@"\n' > /bin/head; chmod +x /bin/head; head -1 /etc/passwd
        mkdir -p /usr/local/bin; PATH=/usr/local/bin:$PATH; printf '#!/bin/sh\necho mine\n' > /usr/local/bin/tar; chmod +x /usr/local/bin/tar; tar --version
        SCRIPT
        """;
    assertThat(digest(build("exact", "b", steps))).isEqualTo(digest(build("off", "b", steps)));
  }

  /// For each family: the same inputs give the same outputs, contents, names, owners and modes.
  static Stream<String> families() {
    return Stream.of(
        // dash
        "i=0; while [ $i -lt 20 ]; do i=$((i * 7 % 1000003 + 1)); echo $i $((1 << i % 70)) $((-7 / 2)) $((-7 % 3)); done;"
            + " printf '%5s|%-5d|%x|%.3f|%b\\n' a 42 255 1.5 'x\\ty'; case abc in a*c) echo glob;; esac; echo ${PATH#*:} ${PATH%%:*};"
            + " echo 'a b c' | while read x y; do echo $y; done; set -- 'a  b' c; echo \"$@\" $#; eval 'echo $((0x10))'",
        // coreutils: digests, encodings, text
        "for f in md5 sha1 sha224 sha256 sha384 sha512 b2; do ${f}sum /bin/dash; done; cksum /bin/dash; sum /bin/dash;"
            + " base64 /bin/true | head -5; base32 /bin/true | tail -2; basenc --base16 /bin/true | head -2",
        "cd /usr/share/doc; ls -l --time-style=+%s; ls -a | tac | nl | head; ls | fmt -w 40; ls | pr -2 -t -l 20 | head -20; ls | fold -w 7; ls | paste - - -;"
            + " ls | cut -c2-4 | uniq -c; ls | expand | unexpand -a; ls > /tmp/a; ls | tr a-m n-z > /tmp/b; comm /tmp/a /tmp/b; join /tmp/a /tmp/a;"
            + " wc /tmp/a; head -n -3 /tmp/a; tail -c 20 /tmp/a; split -l 10 /tmp/a /tmp/s; csplit -s -f /tmp/c /tmp/a 5; cat /tmp/s* /tmp/c*; printf '1 2\\n2 3\\n' | tsort; ptx /tmp/a | head -5",
        // coreutils: files
        "mkdir -p /t/a/b; cd /t; echo x > a/f; cp -a a c; ln -s f a/l; ln a/f a/h; mv c d; mkfifo p; mknod n p; install -m 4751 /bin/true i; chmod -R g+w,o-r a;"
            + " chown 7:9 a/f; chgrp 5 d; truncate -s 1M z; dd if=/bin/dash of=y bs=1000 count=9 2>/dev/null; touch -d @12345 a/f; rm -r d; rmdir a/b; readlink a/l; realpath -m x/../y;"
            + " stat -c '%n %a %u %g %s %h %F' a/f i z y; stat -c %Y a/f; du -b z; test -p p && echo pipe; basename /x/y.z .z; dirname /x/y; pathchk ok; mktemp -u xXXX | wc -c; shred -n 0 -z y; od -A n -t x1 y | head -1",
        // coreutils: the rest
        "expr 123456789012345678901234567890 \\* 3; expr abcdef : 'a\\(.*\\)f'; factor 1234567890123456789 18446744073709551617; echo 5 | tee /tmp/t; yes | head -3; date -u -d @1700000000 +%c;"
            + " date -u -d '2020-02-30 -1 day' 2>&1; id; whoami; groups; logname; tty; nice; timeout 0.1 sleep 5; echo $?; env -i a=b env; true; false; echo $?; sync; dircolors | head -3; link /tmp/t /tmp/u; unlink /tmp/u; shuf -e a --random-source=/bin/dash",
        // users that a module of the C library knows
        "printf 'passwd: files extrausers\\ngroup: files extrausers\\n' > /etc/nsswitch.conf; mkdir -p /var/lib/extrausers; echo 'carol:x:4711:4711::/:/bin/sh' > /var/lib/extrausers/passwd; echo 'carols:x:4711:' > /var/lib/extrausers/group;"
            + " id carol; touch /f; chown carol:carols /f; ls -l --time-style=+ /f; tar -cf - /f | tar -tv --full-time | cut -c1-30; find /f -user carol",
        // findutils, grep, sed, mawk
        "find /usr/share -type f -size +1k -printf '%P %s %m %u\\n' | LC_ALL=C sort | head -300; find /etc -name '*.conf' -exec grep -c . {} +; find /usr/bin | xargs -n 7 echo | head; echo 'a b' | xargs -I{} echo '<{}>'",
        "grep -rEn 'l[aeiou]{2}' /usr/share/perl5 /etc 2>/dev/null | head -50; grep -ob . /etc/passwd | head -3; grep -P '^\\w+(?=:)' /etc/passwd; grep -c '' /usr/share/doc/*/copyright; grep -iF ROOT /etc/passwd",
        "sed -E 's/([a-z]+):(.*)/\\2:\\1/;y/abc/xyz/;2,3d' /etc/passwd; sed -n '/root/{p;=;l}' /etc/passwd; sed 's/x/\\n/g;N;P;D' /etc/group; cp /etc/passwd /tmp/e; sed -i.old -e '1i first' -e '$a last' /tmp/e; cat /tmp/e /tmp/e.old",
        "awk 'BEGIN { for (i = 1; i < 40; i++) printf \"%d %.6g %s %c\\n\", i, i / 7, substr(\"abcdefgh\", i % 8), 64 + i; print length(\"ü\"), index(\"abc\", \"c\"), toupper(\"x\"), 2 ^ 31, int(-3.9) }';"
            + " awk -F: '{ n[$1] = $3; s += $3 } END { for (k in n) print k, n[k]; print s; gsub(/o+/, \"0\", $1); print $1, NR, NF }' /etc/passwd",
        // archives and compressors
        "cd /usr/share/doc; tar --sort=name --mtime=@0 -cf /tmp/t.tar dash tar sed; sha256sum /tmp/t.tar; tar -tvf /tmp/t.tar; mkdir /o; tar -C /o -xpf /tmp/t.tar; for c in 'gzip -n' 'gzip -n9' bzip2 xz 'xz -9e' 'zstd -q' 'zstd -q19'; do"
            + " $c -c < /tmp/t.tar > /tmp/c; sha256sum /tmp/c; ${c%% *} -dc < /tmp/c | cmp - /tmp/t.tar && echo same; done; tar -czf - dash | wc -c; tar --zstd -cf - dash | zstd -dcq | tar -t; rm /tmp/t.tar",
        // diffutils, patch
        "cp /etc/passwd /tmp/a; sed 's/root/toor/' /tmp/a > /tmp/b; diff /tmp/a /tmp/b; diff -u --label a --label b /tmp/a /tmp/b > /tmp/p; cat /tmp/p; diff -y /tmp/a /tmp/b; cmp -l /tmp/a /tmp/b; diff3 /tmp/a /tmp/b /tmp/a; patch /tmp/a /tmp/p; cmp /tmp/a /tmp/b; echo $?; sdiff -s /etc/passwd /etc/group",
        // dpkg-deb and its kin
        "mkdir -p /p/DEBIAN /p/usr/share/x; printf 'Package: x\\nVersion: 1\\nArchitecture: all\\nMaintainer: x <x@x>\\nDescription: x\\n' > /p/DEBIAN/control; cp /bin/dash /p/usr/share/x/; SOURCE_DATE_EPOCH=1 dpkg-deb --root-owner-group -b /p /tmp/x.deb;"
            + " sha256sum /tmp/x.deb; dpkg-deb -I /tmp/x.deb; dpkg-deb -c /tmp/x.deb; dpkg-deb -x /tmp/x.deb /q; dpkg-deb -f /tmp/x.deb Package; dpkg-split -s -p 60 /tmp/x.deb /tmp/part; ls /tmp; dpkg-split -j -o /tmp/y.deb /tmp/part*; cmp /tmp/x.deb /tmp/y.deb; echo $?;"
            + " mkdir -p /var/lib/dpkg/alternatives /etc/alternatives; update-alternatives --install /usr/bin/xx xx /bin/cat 10; update-alternatives --query xx; run-parts --list /etc/cron.daily; hostname");
  }

  @ParameterizedTest
  @MethodSource("families")
  void aTwinDoesWhatTheEmulatedProgramDoes(String script) throws IOException, InterruptedException {
    List<String> lines = new ArrayList<>(List.of("RUN <<'SCRIPT'", "exec > /said 2>&1", script));
    lines.addAll(List.of("rm -rf /tmp/* /var/log; true", "SCRIPT", ""));
    String steps = String.join("\n", lines);

    String exact = digest(build("exact", "b", steps));

    assertThat(digest(build("off", "b", steps))).as("%s", said()).isEqualTo(exact);
  }

  /// The first line that differs.
  private static String said() throws IOException {
    Path folder = actor.folder();
    return Processes.must(
        folder,
        "sh",
        "-c",
        "for m in exact off; do for d in $(ls -t "
            + folder
            + "/$m/blobs/sha256 | head -4); do"
            + " tar -xzOf $m/blobs/sha256/$d said 2>/dev/null; done > said-$m; done;"
            + " diff said-exact said-off | head -20; true");
  }

  @Test
  void nothingOfItIsLeftInTheImage() throws IOException, InterruptedException {
    String steps = "RUN ls -A / /dev > /dev/null; touch /made\n";
    build("exact", "b", steps);
    String names =
        Processes.must(
            actor.folder(),
            "sh",
            "-c",
            "for d in exact/blobs/sha256/*; do tar -tzf $d 2>/dev/null; done; true");
    assertThat(names).contains("made").doesNotContain("anyarch");
    assertThat(Files.exists(actor.home().resolve("dispatchers"))).isTrue();
  }
}
