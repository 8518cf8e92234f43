package org.anyarch.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Native twins of programs that speak of the CPU: everything they say of it is the guest's. As in
/// [TwinsIT], each family runs both ways.
final class TwinIdentitiesIT {
  private static final String PACKAGES =
      "dash,bash,coreutils,findutils,grep,sed,gzip,xz-utils,tar,diffutils,libc-bin,debianutils,"
          + "make,dpkg,apt,gpgv,debian-archive-keyring,bc,m4,flex,bison,ninja-build,lz4,unzip,zip,jq,file,git,gpg,cmake,wget";

  private static final String OWN = CachedApp.OWN.replace("linux/", "");
  private static Actor actor;

  @BeforeAll
  static void base() throws IOException, InterruptedException {
    actor = Machine.root();
    actor.write(
        "base/Containerfile",
        """
        FROM scratch
        ARG TARGETARCH
        ADD ${TARGETARCH}.tar /
        COPY repository /repository
        ENV PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8
        """);
    TwinBase.roots(actor, PACKAGES);
    actor.write("make-repository", REPOSITORY);
    Processes.must(actor.folder(), "sh", "make-repository", "base/repository");
    Images.succeed(
        actor.anyarch(
            "build", "-q", "--platform", "linux/" + OWN + ",linux/arm64", "-o", "oci:b", "base"));
  }

  /// Packages that need each other, one for another architecture, and their index.
  private static final String REPOSITORY =
      """
      set -eu
      mkdir -p "$1"
      package() {
        d=$(mktemp -d); mkdir -p "$d/DEBIAN" "$d/usr/share/$1"
        printf 'Package: %s\\nVersion: %s\\nArchitecture: %s\\nMaintainer: x <x@x>\\n%bDescription: a test\\n' "$1" "$2" "$3" "$4" > "$d/DEBIAN/control"
        printf '#!/bin/bash\\necho "$0 $*: $DPKG_MAINTSCRIPT_NAME $DPKG_MAINTSCRIPT_ARCH $HOSTTYPE"\\n' > "$d/DEBIAN/postinst"
        printf '#!/bin/sh\\necho "prerm $* $(dpkg --print-architecture)"\\n' > "$d/DEBIAN/prerm"
        chmod 755 "$d/DEBIAN/postinst" "$d/DEBIAN/prerm"
        echo "$1 $2" > "$d/usr/share/$1/file"
        dpkg-deb --root-owner-group -b "$d" "$5" > /dev/null
        rm -r "$d"
        { dpkg-deb -f "$5"; echo "Filename: ./${5##*/}"; echo "Size: $(stat -c %s "$5")"; echo "SHA256: $(sha256sum < "$5" | cut -d' ' -f1)"; echo; } >> "${5%/*}/Packages"
      }
      package lib 1 arm64 '' "$1/lib_1_arm64.deb"
      package lib 2 arm64 '' "$1/lib_2_arm64.deb"
      package app 1 arm64 'Depends: lib (>= 2), data\\n' "$1/app_1_arm64.deb"
      package data 1 all '' "$1/data_1_all.deb"
      package app 2 amd64 '' "$1/app_2_amd64.deb"
      package app 3 armhf '' "$1/app_3_armhf.deb"
      """;

  /// Layers without what tells the time.
  private static String build(String mode, String script) throws IOException, InterruptedException {
    Processes.must(actor.folder(), "rm", "-rf", mode);
    actor.write(
        "app/Containerfile",
        "FROM oci:../b\nRUN <<'SCRIPT'\nexec > /said 2>&1\n"
            + script
            + "\nsed -i '/^Fetched /d' /said; rm -rf /tmp/* /var/log /var/cache/apt /var/cache/ldconfig; true\nSCRIPT\n");
    return Images.succeed(
            actor.anyarch(
                // One script tells whether it is native, which an inspection would call a
                // difference.
                Map.of("ANYARCH_SELF_CHECK", "0"),
                "",
                "build",
                "--no-cache",
                "--progress=plain",
                "--metadata-file=made.json",
                "--accelerate=" + mode,
                "--platform",
                "linux/arm64",
                "-o",
                "oci:" + mode,
                "app"))
        .out()
        .strip();
  }

  private static String said(String mode) {
    return Images.file(actor, mode, "said");
  }

  @Test
  void theyRunNatively() throws IOException, InterruptedException {
    build(
        "exact",
        """
        bash -c 'grep -c /dev/.anyarch/g.*/bin /proc/$$/maps'
        echo 'all:; grep -c /dev/.anyarch/g.*/bin /proc/$$PPID/maps' | make -s -f -
        apt-get -o APT::Update::Pre-Invoke::='grep -c /dev/.anyarch/g.*/bin /proc/$PPID/maps' update
        dpkg --pre-invoke='grep -c /dev/.anyarch/g.*/bin /proc/$PPID/maps' --configure -a
        for p in git gpg cmake ctest wget; do $p --version; done; uname; arch; git remote-http
        """);
    assertThat(said("exact").lines().filter(line -> line.matches("[1-9]"))).hasSize(4);
    assertThat(Files.readString(actor.folder().resolve("made.json")))
        .contains(
            "bin/git\"",
            "bin/gpg\"",
            "bin/cmake\"",
            "bin/ctest\"",
            "bin/wget\"",
            "bin/uname\"",
            "bin/arch\"",
            "git-remote-http\"");
  }

  static Stream<String> families() {
    return Stream.of(
        """
        uname; uname -a; for o in m p i o s n r v; do uname -$o; done; uname --version; uname extra; echo $?; arch; arch --help; arch x; echo $?; uname -m > /dev/full; env -i /bin/uname -m; cp /bin/uname /tmp/copied; /tmp/copied -m
        echo $(uname -m)-$(arch) | sed s/64/X/
        """,
        """
        export HOME=/tmp GIT_AUTHOR_DATE=@1000000000 GIT_COMMITTER_DATE=@1000000000; cd /tmp; git --version; git version --build-options; git init -q -b main r; cd r; git config --global user.name x; git config user.email x@x; git config -l --show-origin
        for i in 1 2 3 4 5 6; do seq 1 $((i * 40)) > f; echo $i > g$i; git add .; git commit -q -m "c$i"; done; git log --stat; git log -p --oneline -3; git diff HEAD~2; git blame f | cut -c1-60 | sort | uniq -c | head; git grep -n 17
        git checkout -q -b side HEAD~3; echo side > s; sed -i s/7/seven/ f; git commit -q -a -m side; git add s; git commit -q -m s; git merge -q main; git status; git checkout -q --theirs f; git add f; git commit -q -m merged; git log --graph --oneline; git rebase -q main; git show --stat; git stash list
        git checkout -q -b latin; printf 'caf\\303\\251\\n' | git -c i18n.commitEncoding=ISO-8859-1 commit -q --allow-empty -F -; git cat-file commit HEAD | tail -3 | base64; git log -1 --format=%B | base64; git -c i18n.logOutputEncoding=SHIFT_JIS log -1 --format=%B | base64; git -c i18n.logOutputEncoding=UTF-16 log -1 --format=%B | base64; git checkout -q main
        git tag -a -m tag v1; git describe --always; git format-patch -o /patches -2; git archive HEAD | sha256sum; git archive --format=tar.gz HEAD | sha256sum; git bundle create -q /b.bundle main; git -c pack.threads=1 repack -q -a -d; git fsck; git count-objects -v; git verify-pack -v .git/objects/pack/*.idx | sha256sum; git rev-list --objects --all | sha256sum
        cd ..; git clone -q r c; git clone -q --bare --depth 1 file:///tmp/r d; git -C c branch -a; git -C c apply --check /patches/0001*; git -C c submodule status; git -C c worktree list; git ls-remote r; git -C r cat-file -p HEAD; git hash-object /etc/passwd; git -C c notes; git check-ref-format --branch x; git nonsense; echo $?; git help -a | head -5; git clone -q http://127.0.0.1:9/x 2>&1 | sed 's/[0-9]* ms/ms/'; git remote-http; echo $?; git rev-parse --git-path x; git -C c sparse-checkout list; git var GIT_EDITOR; git interpret-trailers < /patches/0001*; GIT_TRACE=1 git -C c pull 2>&1 | sed 's/^[0-9:.]* //'
        sha256sum /b.bundle /patches/*; rm -rf /tmp/* /tmp/.gitconfig
        """,
        """
        uname -m; export GNUPGHOME=/tmp/g; mkdir -m 700 /tmp/g; k=/usr/share/keyrings/debian-archive-bookworm-stable.gpg; gpg --version; for o in '' --list-keys '--list-keys --with-colons' --list-sigs --fingerprint --check-sigs; do gpg --batch --no-default-keyring --keyring $k $o; done | grep -v ^tru
        gpg --batch --import $k; gpg --batch --list-keys --with-colons | grep -v ^tru; gpg --export -a > /a.asc; gpg --dearmor < /a.asc > /a.gpg; sha256sum /a.*; gpg --enarmor < /etc/passwd; gpg --list-packets $k; gpg --show-keys --with-fingerprint /a.asc; gpg --print-md sha512 /etc/passwd; gpg --print-mds < /etc/passwd; gpg --with-colons --list-config; gpg --dump-options | sha256sum; gpg --batch --verify /a.asc; echo $?; gpg --nonsense; echo $?; gpg --list-secret-keys --with-colons | grep -v ^tru; gpg --batch --yes --delete-keys 4D64FEC119C2029067D6E791F8D2585B8783D481; gpg --gpgconf-list; gpg --gpgconf-versions; gpg --batch --no-options -v --export-ownertrust | grep -v '#'; gpg --warranty | head -2; gpg --store -o /s.gpg /etc/passwd; gpg -d /s.gpg
        gpg --recv-keys --batch --keyserver nowhere 1; rm -rf /tmp/g /s.gpg
        """,
        """
        cd /tmp; mkdir s; echo 'int main() { return 0; }' > s/a.c; cat > s/CMakeLists.txt <<'E'
        cmake_minimum_required(VERSION 3.20)
        project(p NONE)
        message("${CMAKE_HOST_SYSTEM_PROCESSOR} ${CMAKE_SYSTEM_PROCESSOR} ${CMAKE_HOST_SYSTEM} ${CMAKE_SYSTEM_VERSION}")
        cmake_host_system_information(RESULT R QUERY NUMBER_OF_LOGICAL_CORES NUMBER_OF_PHYSICAL_CORES IS_64BIT HAS_FPU HAS_SSE HAS_MMX HAS_AMD_3DNOW HAS_IA64 HAS_SERIAL_NUMBER PROCESSOR_NAME PROCESSOR_DESCRIPTION PROCESSOR_SERIAL_NUMBER OS_NAME OS_PLATFORM OS_RELEASE)
        message("${R}")
        add_custom_target(t ALL COMMAND ${CMAKE_COMMAND} -E echo made DEPENDS a.c)
        math(EXPR X "7 * 6 - 0x10")
        string(SHA256 H "x")
        string(REGEX REPLACE "a(.)" "\\1" Y "abac")
        string(JSON J GET "{\"a\": [1.5, 2]}" a 0)
        string(RANDOM LENGTH 5 RANDOM_SEED 3 Z)
        file(WRITE ${CMAKE_BINARY_DIR}/w "${X} ${H} ${Y} ${J} ${Z}")
        configure_file(a.c b.c)
        install(FILES a.c DESTINATION share)
        E
        cmake --version; cmake -S s -B b -DCMAKE_INSTALL_PREFIX=/installed; cmake --build b; cmake --install b; cat b/w; cmake -E capabilities; cmake -E environment | sort; cmake -E sha256sum s/a.c; cmake -E tar cf b.tar --format=gnutar s/a.c; cmake -E compare_files s/a.c b/b.c; cmake --system-information | grep -i -e processor -e arch; cmake --help-variable-list | sha256sum; cmake -P nothing; echo $?; cmake -N b; grep -r . b/CMakeCache.txt; cmake -G Ninja -S s -B n; cmake --build n; ctest --version; cpack --version; rm -rf b n s b.tar
        """,
        """
        wget --version; uname -m; wget -V | sha256sum; wget --help | sha256sum; wget http://127.0.0.1:9/ -O /dev/null 2>&1 | sed 's/^--[^ ]* [^ ]*//'; wget -q; echo $?; wget --spider ftp://127.0.0.1:9/x 2>&1 | sed 's/^--[^ ]* [^ ]*//'; rm -f /.wget-hsts
        """,
        """
        for s in dpkg dpkg-query dpkg-deb dpkg-split dpkg-divert dpkg-statoverride dpkg-trigger; do $s --version; done; dpkg-divert --add --rename /usr/share/x; dpkg-divert --list; dpkg-statoverride --add root root 755 /bin/cat; dpkg-statoverride --list; dpkg-trigger --check-supported; echo $?; dpkg-trigger --by-package=dash /x; cat /var/lib/dpkg/triggers/*
        dpkg --print-architecture; dpkg --print-foreign-architectures; dpkg --add-architecture armhf; dpkg --print-foreign-architectures; cd /repository
        dpkg -i app_1_arm64.deb; echo $?; dpkg -i lib_2_arm64.deb data_1_all.deb; dpkg --configure -a; dpkg -i app_2_amd64.deb; echo $?
        dpkg --force-architecture -i app_2_amd64.deb; dpkg -i lib_1_arm64.deb; echo $?; dpkg -i app_3_armhf.deb; echo $?
        dpkg -l; dpkg -s app lib; dpkg -L lib; dpkg -S /usr/share/lib/file; dpkg -S /bin/dash; dpkg --verify lib; dpkg --audit; dpkg --get-selections; dpkg -V dash | head -3
        dpkg-query -W -f '${Package} ${Version} ${Architecture} ${db:Status-Abbrev}\\n'; dpkg-query --control-list lib; dpkg-query --control-path lib; dpkg-query -W 'lib*:armhf'; dpkg --yet-to-unpack
        dpkg -r data; echo $?; dpkg -r app; dpkg -P app lib data; dpkg --remove-architecture armhf; dpkg --compare-versions 1 lt 2; echo $?
        dpkg --assert-multi-arch; echo $?; dpkg -C; dpkg --predep-package; dpkg --validate-archname amd64; echo $?; dpkg --help | head -3; ls -l /var/lib/dpkg /var/lib/dpkg/info | cut -d' ' -f1 | head -5
        """,
        """
        apt-config dump; apt-config shell A APT::Architecture; apt-config -o APT::Architecture=armhf dump | grep -i arch; echo 'APT::Architecture "s390x";' > /tmp/c; apt-config -c /tmp/c dump | grep -i arch
        APT_CONFIG=/tmp/c apt-config dump | grep -i arch; cp /tmp/c /etc/apt/apt.conf.d/c; apt-config dump | grep -i arch; apt-get check; rm /etc/apt/apt.conf.d/c
        for s in apt apt-get apt-cache apt-config apt-mark; do $s --version; done; apt-get --help | head -1
        rm -f /etc/apt/sources.list /etc/apt/sources.list.d/*; echo 'deb [trusted=yes] copy:/repository ./' > /etc/apt/sources.list; touch -d @1000000000 /repository/* /var/lib/dpkg/status /etc/apt/sources.list
        apt-get -q update; apt-get indextargets | sort; ls /var/lib/apt/lists
        apt-cache policy app lib dash; apt-cache show app; apt-cache madison app lib; apt-cache depends app; apt-cache rdepends lib; apt-cache pkgnames | sort | head -400; apt-cache stats; apt-cache showpkg lib; apt-cache search test; apt-cache unmet; apt-cache dump | sha256sum
        find /var/lib/apt /var/lib/dpkg -exec touch -d @1000000000 {} +; rm -f /var/cache/apt/*.bin; apt-cache gencaches; sha256sum /var/cache/apt/*.bin
        apt-get -s install app; apt-get -q -y install lib=1; apt-get -q -y install app; apt list --installed 2>/dev/null | sort; apt-mark showauto; apt-mark showmanual; apt-mark hold lib; apt-mark showhold; apt-get -q -y upgrade; apt-mark unhold lib
        cd /tmp; apt-get -q download app data; ls /tmp; apt-get -q -y --print-uris install app:armhf; apt-get -y install app:amd64; echo $?
        apt-get -q -y remove app; apt-get -q -y autoremove; apt-get -q -y purge lib; apt-get clean; apt-get install nothing-like-it; echo $?; grep -v Date /var/log/apt/history.log; cut -d' ' -f3- /var/log/dpkg.log; dpkg -l | tail -3
        """,
        """
        bash -c 'echo $HOSTTYPE $MACHTYPE $OSTYPE ${BASH_VERSINFO[@]} $BASH_VERSION $BASH'; bash --version; bash -c 'help | head -2; declare -p HOSTTYPE MACHTYPE; set' | grep -v -e PPID -e RANDOM -e SECONDS -e BASHPID -e EPOCH -e SRANDOM
        bash -c 'a=(x y z); declare -A m=([k]=v [l]=w); echo ${a[@]:1} ${!m[@]} ${m[k]^^} ${a[1]/y/Q}; printf "%q %(%Y)T %5.2f %x\\n" "a b" 0 1.5 255; echo {1..5} $((2**62 * 3)) $(( -7 / 2 )) ${#a[@]}; [[ abc =~ (b)(c) ]] && echo ${BASH_REMATCH[@]}; mapfile -t l < /etc/passwd; echo ${#l[@]} ${l[0]}; shopt; ulimit -a | head -2; trap "echo bye" EXIT; (exit 3); echo $?; select x in; do break; done; echo $BASH_SUBSHELL $- $SHLVL; type cd ls; compgen -A builtin | head -99; coproc cat; echo hi >&${COPROC[1]}; read -u ${COPROC[0]} r; echo $r'
        bash -c 'set -euo pipefail; f() { local x=$1; ((x < 40)) || return 0; echo -n "$x "; f $((x * 3 + 1)); }; f 1; diff <(echo a) <(echo b) || true; cat <<< "$(< /etc/group)"; i=0; while read -r w; do ((i += ${#w})); done < /etc/passwd; echo $i; enable -f nowhere x' ; echo $?; ln -s bash /bin/rbash; rbash -c 'cd /'; bash -c 'kill -TERM $$'; echo $?; bash -c 'exec -a other bash -c "echo \\$0"'
        """,
        """
        make --version; cd /tmp; printf 'X := $(shell echo a b c)\\nall: one.o two ; @echo $(MAKE_HOST) $(MAKE_VERSION) $(words $(X)) $(sort c b a) $(patsubst %%.c,%%.o,x.c) $(.FEATURES) $(.LIBPATTERNS) $(MAKE) $(CURDIR)\\n%%.o: %%.c ; cp $< $@\\ntwo: -lnone -ldl ; @echo $^ > $@\\none.c: ; echo 1 > $@\\n' > Makefile
        make -p -n | grep -v -e '^#.*on ' -e Job -e 'device ' -e 'Last modified'; touch -d @1000000000 Makefile; make -j2; make; make -k two; echo $?; make none; echo $?; printf 'all:;@echo $(MAKE_HOST) $(guile 1) $(file < Makefile)\\n' > m; make -f m; mkdir s; echo 'x:;@echo sub $(MAKELEVEL) $(MAKEFLAGS)' > s/Makefile; printf 'all:;$(MAKE) -C s x V=1\\n' > n; make -f n -j2
        """,
        """
        echo 'scale=50; 4*a(1); e(1); 2^200; sqrt(2); 7%3; ibase=16; FF' | bc -l; bc --version
        printf 'define(`f'"'"', `eval($1 * 2)'"'"')f(21) format(`%%.10f %%d %%s'"'"', 3.14159, -7, `x'"'"') len(`abc'"'"') regexp(`abc'"'"', `b'"'"') syscmd(`echo in'"'"') eval(2 ** 31) eval(0xff, 2) translit(abc, a-c, A-C) esyscmd(`uname -m'"'"')\n' | m4; m4 --version; m4 -F /tmp/frozen /dev/null; sha256sum /tmp/frozen
        cd /tmp; printf '%%option noyywrap\n%%%%\n[0-9]+ return 1;\n[a-z]+|"x y" { return 2; }\n.|\\n ;\n%%%%\n' > l.l; flex -o /lexer.c l.l; flex -Cfe -o /fast.c l.l; flex --version; flex -v -o x.c l.l; sha256sum /*.c
        printf '%%token N\n%%left 43\n%%left 42\n%%%%\ne: N | e 43 e | e 42 e | 40 e 41 ;\n%%%%\n' | sed "s/ 43/ '+'/g; s/ 42/ '*'/g; s/ 40/ '('/; s/ 41/ ')'/" > p.y; bison --version; bison -d -v -o /parser.c p.y; cat p.output /parser.output 2>/dev/null | sha256sum; bison -g -x -Wall -Dlr.type=ielr -o /glr.c p.y; sha256sum /*.c /*.h /*.xml /*.gv
        printf 'rule cp\n command = cp $in $out\nbuild b: cp a\nbuild c: cp b\nbuild all: phony c\ndefault all\n' > build.ninja; echo a > a; ninja; ninja; ninja -t targets all; ninja -t compdb; ninja -n -v; ninja --version; ninja nothing; echo $?; ninja -t graph | sed 's/0x[0-9a-f]*//g' | head -3; rm .ninja_log
        cp -r /usr/share/bison s; find s -exec touch -d @1000000000 {} +; tar --sort=name -cf t.tar s; for o in -1 -9 -B4 -BD; do lz4 -q -f $o t.tar t.lz4; sha256sum t.lz4; lz4 -q -dc t.lz4 | cmp - t.tar; done; lz4 --version; lz4 --list t.lz4
        zip -q -X -r z.zip s; sha256sum z.zip; zip -q -9 -r - s/m4sugar | unzip -p /dev/stdin 2>&1 | head -1; unzip -l z.zip | tail -1; unzip -v z.zip | tail -3; unzip -q z.zip -d /unzipped; diff -r s /unzipped/s; zipinfo z.zip | tail -2; unzip -t z.zip | tail -1; zip -v | head -2; unzip -v | head -2; echo x | zip -q | funzip
        echo '{"a":[1,2.5,1e100,-0,0.1,12345678901234567890],"b":{"c":"ü\\u0041"}}' | jq . ; echo '[1,2,3]' | jq -c 'map(.*3.7/7), add/length, (.[0]|sin,exp,log), @base64, tojson, (now|type), ([.[]|tostring]|join("-")), ("2015-03-05T23:51:47Z"|fromdate|todate), infinite, nan, (1e1000), pow(2;0.5)' ; jq -n '[limit(5;range(10))] | $__loc__, env.PATH, ("abc"|test("B";"i")), ("x"|ascii_downcase|@sh), input_line_number, ("a,b"|split(","))'; jq --version
        file /bin/dash /usr/bin/ninja /tmp/t.tar /tmp/t.lz4 /tmp/z.zip /etc/passwd /usr/share/bison /bin/sh /dev/null /lexer.c /repository/*; file -i /bin/dash /tmp/z.zip; file --version; file -b --mime-encoding /etc/passwd
        """);
  }

  @ParameterizedTest
  @MethodSource("families")
  void aTwinSpeaksForTheGuest(String script) throws IOException, InterruptedException {
    String exact = build("exact", script);
    String natively = said("exact");
    String off = build("off", script);

    assertThat(natively.lines()).containsExactlyElementsOf(said("off").lines().toList());
    assertThat(exact).isEqualTo(off);
    assertThat(natively).containsPattern("arm64|aarch64").doesNotContain("x86_64");
  }
}
