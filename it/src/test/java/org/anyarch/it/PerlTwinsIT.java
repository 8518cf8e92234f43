package org.anyarch.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Scripts of packages that the native twin of perl interprets, both ways. Needs root and the
/// network.
final class PerlTwinsIT {
  private static final String PACKAGES =
      "dash,coreutils,findutils,grep,sed,tar,gzip,xz-utils,diffutils,patch,mawk,make,m4,libc-bin,dpkg,"
          + "passwd,perl,libtext-iconv-perl,liblocale-gettext-perl,debconf,adduser,init-system-helpers,dpkg-dev,"
          + "autoconf,automake";

  private static final Pattern NATIVE_PERL = Pattern.compile("\"program\" *: *\"/usr/bin/perl\"");

  private static Actor actor;

  @BeforeAll
  static void base() throws IOException, InterruptedException {
    actor = Machine.root();
    TwinBase.make(actor, PACKAGES);
  }

  /// A module that a listed script loads as one of its own: it tells all that perl knows of itself.
  private static final String TELLS =
      """
      package Debconf::FrontEnd::Foo;
      use strict; use Config; use POSIX (); use Fcntl; use Socket; use List::Util qw(sum first shuffle); use Cwd; use IO::File;
      use File::Glob ':glob'; use Hash::Util; use Errno; use Storable (); use Data::Dumper; use Digest::SHA; use Time::HiRes;
      use Encode; use MIME::Base64; use Compress::Raw::Zlib; use threads; use Text::Iconv; use Locale::gettext; use Sys::Hostname;
      my $o = \\*STDOUT; $| = 1;
      print $o join("\\n", @INC, $^X, $0, $^O, $^V, map { "$_=$INC{$_}" } sort keys %INC), "\\n";
      print $o Config::myconfig(), join(' ', map { "$_=" . ($Config{$_} // '') } sort keys %Config), "\\n";
      print $o join(' ', Config::bincompat_options(), Config::non_bincompat_options(), Config::compile_date(), Config::local_patches()), "\\n";
      print $o join(' ', (POSIX::uname())[0, 4], readlink '/proc/self/exe'), "\\n";
      print $o unpack('H*', pack('l!L!s!i!jJqQnNvVfdF', 1 .. 8, 1 .. 4, 1.5, 2.5, 3.5)), "\\n";
      print $o join(' ', 9**9**9, -9**9**9, 9**9**9 - 9**9**9, ~0, -7 % 3, int(-3.9), 18446744073709551615 + 1, 1e308 * 10), "\\n";
      print $o join(' ', map { sprintf '%.17g', $_ } sin 1, cos 2, atan2(1, 3), sqrt 2, log 10, exp 10.1, 2**0.5, POSIX::tan(1.1)), "\\n";
      srand 42; print $o join(' ', (map { int rand 1000 } 1 .. 10), shuffle(1 .. 10)), "\\n";
      print $o join(' ', O_RDWR | O_CREAT, O_NONBLOCK, map { my $n = $_; map { "$_=" . (eval { no strict 'refs'; &{"${n}::$_"}() } // '') } $n eq 'POSIX' ? qw(LONG_MAX DBL_EPSILON SIGRTMIN PATH_MAX EDEADLK) : qw(AF_INET6 SOMAXCONN) } qw(POSIX Socket)), "\\n";
      print $o unpack('H*', Storable::nfreeze({ a => [1, 2.5] })), Digest::SHA::sha512_hex('x'), encode('UTF-16', "\\x{263a}") eq "\\xfe\\xff\\x26\\x3a", encode_base64('abc'), Dumper([1, 'b']);
      open(my $nope, '<', '/nope') or print $o "$! ", $! + 0, ' ', $!{ENOENT}, "\\n";
      print $o `$^X -e 'print "\\$^X @INC"'`, "\\n", threads->create(sub { 6 * 7 })->join, ' ', Text::Iconv->new('latin1', 'utf8')->convert("\\xe4"), "\\n";
      print $o "$@\\n" for eval { require Nothing::Such } || '', eval { require DynaLoader; package Nada; our @ISA = 'DynaLoader'; bootstrap Nada } || '';
      $0 = 'renamed'; print $o `cat /proc/$$/comm`; my $p = fork // die; exit 7 unless $p; waitpid $p, 0; print $o $? >> 8, "\\n"; die "told\\n";
      """;

  /// Layers without what tells the time.
  private static Outcome build(String mode, String script)
      throws IOException, InterruptedException {
    actor.write("app/Foo.pm", TELLS);
    actor.write(
        "app/Containerfile",
        """
        FROM oci:../b
        COPY Foo.pm /etc/perl/Debconf/FrontEnd/Foo.pm
        RUN <<'SCRIPT'
        exec > /said 2>&1; chmod 1777 /tmp; mkdir -p /trial; cd /trial
        %s
        rm -rf /tmp/* /var/log /var/cache/debconf/*-old
        SCRIPT
        """
            .formatted(script));
    return Images.succeed(
        actor.anyarch(
            Map.of("ANYARCH_SELF_CHECK", "0"),
            "",
            "build",
            "--no-cache",
            "--progress=plain",
            "--metadata-file=made.json",
            "--accelerate=" + mode,
            "--platform=linux/arm64",
            "-o",
            "oci:" + mode,
            "app"));
  }

  private static String said(String mode) {
    return Images.file(actor, mode, "said");
  }

  private static boolean isNative() throws IOException {
    return NATIVE_PERL.matcher(Files.readString(actor.folder().resolve("made.json"))).find();
  }

  @Test
  void whatPerlKnowsOfItselfIsTheGuests() throws IOException, InterruptedException {
    bothWays("DEBIAN_FRONTEND=Foo debconf true; debconf -fFoo true");
    assertThat(said("exact"))
        .contains(
            "(told", "/usr/lib/aarch64-linux-gnu/perl/5.36", "Linux aarch64 /usr/bin/perl", "42 ä")
        .doesNotContain("x86_64-linux", "/dev/.anyarch");
  }

  private static void bothWays(String script) throws IOException, InterruptedException {
    String exact = build("exact", script).out();
    String natively = said("exact");
    assertThat(isNative()).as("%s", natively).isTrue();
    String off = build("off", script).out();

    assertThat(natively.lines()).containsExactlyElementsOf(said("off").lines().toList());
    assertThat(exact).isEqualTo(off);
  }

  static Stream<String> scripts() {
    return Stream.of(
        """
        mkdir -p p/DEBIAN; printf 'Package: p\\nVersion: 1\\nArchitecture: all\\nMaintainer: x <x@x>\\nDepends: debconf\\nDescription: p\\n' > p/DEBIAN/control
        printf 'Template: p/q\\nType: string\\nDefault: d\\nDescription: What?\\n Long.\\n\\nTemplate: p/b\\nType: boolean\\nDefault: true\\nDescription: Is it?\\n' > p/DEBIAN/templates
        printf '#!/bin/sh\\n. /usr/share/debconf/confmodule\\ndb_input low p/q || true\\ndb_go || true\\ndb_get p/q\\necho "config: $RET $*" >&2\\n' > p/DEBIAN/config
        printf '#!/bin/sh\\n. /usr/share/debconf/confmodule\\ndb_get p/b\\necho "postinst: $RET" >&2\\ndb_set p/q other\\ndb_stop\\n' > p/DEBIAN/postinst; chmod 755 p/DEBIAN/config p/DEBIAN/postinst
        SOURCE_DATE_EPOCH=1000000000 dpkg-deb -b p p.deb; export DEBIAN_FRONTEND=noninteractive; echo 'p p/b boolean false' | debconf-set-selections -v; ls /trial/*.deb | dpkg-preconfigure --terse -f noninteractive /trial/p.deb; dpkg -i p.deb; dpkg-reconfigure p; debconf-show p | sort; echo 'get p/q' | debconf-communicate p
        debconf-show --listowners | sort; debconf-escape -e < /etc/passwd; debconf-copydb configdb pipe --config=Name:pipe --config=Driver:Pipe --config=InFd:none | sort; debconf-apt-progress --config 2>&1 | head -3; debconf-get-selections 2>&1; echo PURGE | debconf-communicate p; dpkg -P p; sed -i s/[0-9:]*$// /etc/shadow 2>/dev/null
        """,
        """
        printf 'x:x:3:\\n' >> /etc/group; adduser --system --group --home /var/lib/sys --shell /bin/sh sys; adduser --disabled-password --gecos 'A B' --uid 2000 anna; addgroup --gid 3000 team; adduser anna team; adduser --quiet --system other; id anna; adduser anna; echo $?; adduser 'b d'; echo $?
        delgroup team; deluser --remove-home anna; deluser nobodys; echo $?; adduser --version; cat /etc/passwd /etc/group; ls -lan --time-style=+ /home /var/lib/sys; rm -f /etc/*shadow* /etc/*- /etc/.pwd.lock
        export DPKG_MAINTSCRIPT_PACKAGE=demo; mkdir -p /lib/systemd/system /etc/systemd/system /etc/init.d; printf '[Unit]\\nDescription=x\\n[Service]\\nExecStart=/bin/true\\n[Install]\\nWantedBy=multi-user.target\\nAlias=also.service\\n' > /lib/systemd/system/demo.service
        deb-systemd-helper unmask demo.service; deb-systemd-helper --quiet was-enabled demo.service; echo $?; deb-systemd-helper enable demo.service; deb-systemd-helper update-state demo.service; deb-systemd-helper debian-installed demo.service; echo $?; deb-systemd-helper disable demo.service; deb-systemd-helper mask demo.service; deb-systemd-invoke start demo.service; echo $?
        printf '#!/bin/sh\\n### BEGIN INIT INFO\\n# Provides: demo\\n# Required-Start: $remote_fs\\n# Required-Stop: $remote_fs\\n# Default-Start: 2 3 4 5\\n# Default-Stop: 0 1 6\\n### END INIT INFO\\n' > /etc/init.d/demo; chmod 755 /etc/init.d/demo; for o in defaults disable enable 'defaults-disabled' remove; do update-rc.d -f demo $o; done; find /etc/systemd /var/lib/systemd /etc/rc* | sort
        """,
        """
        export SOURCE_DATE_EPOCH=1000000000 DEB_BUILD_OPTIONS=nocheck; mkdir -p h-1/debian/source; cd h-1; printf 'h (1) unstable; urgency=low\\n\\n  * First. Closes: #1\\n\\n -- x <x@x>  Sun, 09 Sep 2001 01:46:40 +0000\\n' > debian/changelog; echo '3.0 (native)' > debian/source/format
        printf 'Source: h\\nMaintainer: x <x@x>\\nBuild-Depends: make, nothing-like-it\\nStandards-Version: 4.6.2\\n\\nPackage: h\\nArchitecture: any\\nDepends: ${shlibs:Depends}, ${misc:Depends}\\nDescription: h\\n Long.\\n' > debian/control
        printf '#!/usr/bin/make -f\\n%%:\\n\\techo $@ $(DEB_HOST_MULTIARCH)\\nclean:\\n\\trm -rf debian/h debian/files debian/substvars\\nbinary-arch:\\n\\tmkdir -p debian/h/DEBIAN debian/h/usr/bin; cp /bin/dash debian/h/usr/bin/h\\n\\techo "misc:Depends=dash" > debian/substvars\\n\\tdpkg-gencontrol -Pdebian/h\\n\\tdpkg-deb --root-owner-group -Zgzip -b debian/h ..\\nbinary-indep:\\nbuild-arch:\\nbuild-indep:\\n' > debian/rules; chmod 755 debian/rules
        dpkg-checkbuilddeps; echo $?; dpkg-parsechangelog; dpkg-architecture; dpkg-architecture -qDEB_BUILD_MULTIARCH; dpkg-architecture -ariscv64 -qDEB_HOST_GNU_TYPE; dpkg-architecture -L | head; dpkg-buildflags --status; dpkg-vendor --query vendor; dpkg-vendor --derives-from debian; echo $?
        dpkg-buildpackage -d -us -uc -ui; cd ..; sha256sum *.dsc *.tar.xz *.deb; sed -e '/^Build-Date/d;/^ [A-Z]/d;/^ .*=/d' *.buildinfo; cat *.changes; dpkg-source -x h_1.dsc again; dpkg-source --print-format again; dpkg-scanpackages . ; dpkg-scansources .; dpkg-name -o *.deb; rm -f *.buildinfo *.changes
        cd h-1; dpkg-distaddfile f section optional; cat debian/files; cp debian/changelog a; sed s/1/2/ a > b; dpkg-mergechangelogs a a b; dpkg-gensymbols -Ph -Pdebian/h -eNothing; dpkg-genchanges --help | head -2; for s in dpkg-genbuildinfo dpkg-shlibdeps dpkg-source; do $s --version | head -1; done
        """,
        """
        printf 'AC_INIT([h], [1], [x@x])\\nAM_INIT_AUTOMAKE([foreign])\\nAC_CONFIG_HEADERS([config.h])\\nAC_PROG_CC\\nAC_CHECK_HEADERS([unistd.h])\\nAC_CANONICAL_HOST\\nAC_CONFIG_FILES([Makefile])\\nAC_OUTPUT\\n' > configure.ac; printf 'bin_PROGRAMS = h\\nh_SOURCES = h.c\\n' > Makefile.am; printf '#include <unistd.h>\\n#ifdef X\\nint main(void) { return getpid(); }\\n#endif\\n' > h.c
        touch NEWS README AUTHORS ChangeLog; autoreconf -f -i -v; echo $?; ifnames h.c; autoscan; autoheader --version | head -1; automake --version | head -1; aclocal --print-ac-dir; sha256sum configure config.h.in Makefile.in aclocal.m4; rm -rf autom4te.cache autoscan.log; ls
        """);
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void aScriptDoesWhatItDoesEmulated(String script) throws IOException, InterruptedException {
    bothWays(script);
  }

  /// In every case of doubt perl is emulated.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "PERL5LIB=/x debconf true",
        "PERL5OPT=-w debconf true",
        "perl -e 'print 1'",
        "echo 'print 1' | perl",
        "perl -MPOSIX /usr/bin/debconf true",
        "perl -- /usr/bin/debconf true",
        "echo >> /usr/bin/debconf; debconf true",
        "cp /usr/bin/debconf .; ./debconf true",
        "cp /usr/bin/perl /usr/local/bin/perl; /usr/local/bin/perl /usr/bin/debconf-escape -e < /etc/passwd",
        "mkdir -p /usr/local/lib/aarch64-linux-gnu/perl; debconf true",
        "mkdir -p /usr/local/share/perl/5.36.0; debconf true",
        "touch /var/lib/dpkg/info/new.list; debconf true"
      })
  void inDoubtPerlIsEmulated(String script) throws IOException, InterruptedException {
    build("exact", script);

    assertThat(isNative()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "debconf true",
        "PERL_DL_NONLAZY=1 perl -w /usr/bin/debconf true",
        "cd /usr; perl bin/debconf true",
        "ln -s /usr/bin/debconf /link; /link true",
        "touch /usr/bin/other /etc/other; debconf true"
      })
  void elseItIsNot(String script) throws IOException, InterruptedException {
    build("exact", script);

    assertThat(isNative()).isTrue();
  }
}
