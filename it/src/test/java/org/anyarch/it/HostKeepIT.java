package org.anyarch.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;

/// The resident holder, and those who take entries away or bring others.
final class HostKeepIT {
  /// Nothing but this container holds the instance, and others flush it.
  @Test
  void aHolderRegistersAgainWhatOthersRemove() throws IOException, InterruptedException {
    Outcome outcome =
        PlayedHost.run(
            """
            cat > /run/holder <<'END'
            "$ANYARCH" host keep --namespace --interval 1 arm64 s390x > /run/out 2> /run/log & keep=$!
            until "$ANYARCH" host keep --ready 2> /run/none; do sleep 0.1; done
            mount -t binfmt_misc b /proc/sys/fs/binfmt_misc
            ls /proc/sys/fs/binfmt_misc | grep -c qemu
            echo -1 > /proc/sys/fs/binfmt_misc/status
            until grep -q 'registered again' /run/log; do sleep 0.1; done
            ls /proc/sys/fs/binfmt_misc | grep -c qemu
            "$ANYARCH" host keep --live; echo "live $?"
            kill $keep; wait $keep; echo "exit $?"
            "$ANYARCH" host keep --ready 2> /run/none; echo "ready $?"
            END
            sealed sh /run/holder
            cat /run/log
            """);

    assertThat(outcome.out())
        .as("%s", outcome)
        .startsWith("2\n2\nlive 0\nexit 0\nready 1\n")
        .contains("all entries were removed at once", "registered again: ", "told to end");
  }

  /// Debian's own, which removes every entry it does not know from a file. The newer emulator
  /// stays, and is what is registered again from now on.
  @Test
  void aHolderTakesOverWhatAnotherAnyarchBrings() throws IOException, InterruptedException {
    Outcome outcome =
        PlayedHost.run(
            """
            mount -t binfmt_misc b $instance
            "$ANYARCH" host keep --namespace --interval 1 --status-file /run/keep s390x > /run/log 2>&1 & pid=$!
            await '"$ANYARCH" host keep --ready --status-file /run/keep 2> /run/none'
            mkdir /run/newer; cp $ANYARCH_EMULATORS/qemu-s390x-static /run/newer; echo >> /run/newer/qemu-s390x-static
            ANYARCH_EMULATORS=/run/newer host install s390x > /run/out
            newer=$(sed -n 's/^interpreter //p' $instance/qemu-s390x)
            await 'grep -q "replaced by another anyarch" /run/log'
            echo -1 > $instance/qemu-s390x
            await 'grep -q "registered again" /run/log'
            [ $newer = $(sed -n 's/^interpreter //p' $instance/qemu-s390x) ] && echo same
            kill $pid; wait $pid
            """);

    assertThat(outcome.out()).as("%s", outcome).isEqualTo("same\n");
  }

  @Test
  void systemdBinfmtDoesNotTakeOurHandlersForGood() throws IOException, InterruptedException {
    Outcome outcome =
        PlayedHost.run(
            """
            mount -t binfmt_misc b $instance
            echo ':theirs:E::theirs::/bin/true:' > /run/binfmt.d/theirs.conf
            host keep --interval 1 arm64 > /run/out 2> /run/log & keep=$!
            await 'host keep --ready 2> /run/none'
            SYSTEMD_LOG_LEVEL=err /usr/lib/systemd/systemd-binfmt; echo "exit $?"
            await 'ls $instance | grep -q qemu-aarch64'
            entries
            kill $keep; wait $keep
            cat /run/log
            """);

    assertThat(outcome.out())
        .as("%s", outcome)
        .startsWith("exit 0\nqemu-aarch64 theirs ")
        .contains("systemd-binfmt was restarted");
  }

  /// Debian's own, unpacked and not installed. Its --disable also unmounts binfmt_misc, which since
  /// Linux 6.7 takes the entries of everybody with it unless somebody holds them.
  @Test
  void updateBinfmtsDoesNotTakeOurHandlersForGoodNorWeItsOwn(
      @TempDir(factory = InVarTmp.class) Path folder) throws IOException, InterruptedException {
    Processes.must(folder, "apt-get", "-q", "download", "binfmt-support", "libpipeline1");
    Processes.must(folder, "sh", "-c", "for deb in *.deb; do dpkg-deb -x $deb x; done");
    Outcome outcome =
        PlayedHost.run(
            """
            mount -t binfmt_misc b $instance
            mkdir /run/admin /run/import
            update() {
              LD_LIBRARY_PATH=$(dirname $(find FOLDER -name 'libpipeline.so.1')) FOLDER/usr/sbin/update-binfmts \
                --admindir /run/admin --importdir /run/import "$@" 2>> /run/log
            }
            host keep --interval 1 arm64 > /run/out 2> /run/log & keep=$!
            await 'host keep --ready 2> /run/none'
            update --install theirs /bin/true --extension theirs; echo "exit $?"
            update --disable
            update --enable
            await 'ls $instance | grep -q qemu-aarch64'
            ls $instance | grep -e theirs -e qemu | tr '\\n' ' '
            kill $keep; wait $keep
            host uninstall all
            entries
            """
                .replace("FOLDER", folder.resolve("x").toString()));

    assertThat(outcome.out())
        .as("%s", outcome)
        .isEqualTo("exit 0\nqemu-aarch64 theirs qemu-aarch64: removed\ntheirs \n");
  }

  /// The played host has a /tmp of its own.
  static final class InVarTmp implements TempDirFactory {
    @Override
    public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext test)
        throws IOException {
      return Files.createTempDirectory(Path.of("/var/tmp"), "anyarch-it-");
    }
  }

  /// One that has other flags would not serve who asked the holder, and one whose emulator the host
  /// does not have serves nobody.
  @Test
  void aHolderTakesOverNothingThatWouldNotServe() throws IOException, InterruptedException {
    Outcome outcome =
        PlayedHost.run(
            """
            mount -t binfmt_misc b $instance
            "$ANYARCH" host keep --namespace --interval 1 --status-file /run/keep s390x > /run/log 2>&1 & pid=$!
            await '"$ANYARCH" host keep --ready --status-file /run/keep 2> /run/none'
            ours=$(cat $instance/qemu-s390x)
            mkdir -p /run/z/emulators
            hex() { sed -n "s/^$1 //p" $instance/qemu-s390x | sed 's/../\\\\x&/g'; }
            magic=$(hex magic) mask=$(hex mask)
            for flags in '' POCF; do
              cp /bin/true /run/z/emulators/qemu-s390x-9.9-0123456789ab
              echo -1 > $instance/qemu-s390x
              printf '%s' ":qemu-s390x:M::$magic:$mask:/run/z/emulators/qemu-s390x-9.9-0123456789ab:$flags" > $instance/register
              [ -z "$flags" ] || rm /run/z/emulators/*
              await '[ "$(cat $instance/qemu-s390x 2> /run/none)" = "$ours" ]'
              echo "ours again"
            done
            grep -c 'replaced by another' /run/log
            kill $pid; wait $pid
            """);

    assertThat(outcome.out()).as("%s", outcome).isEqualTo("ours again\nours again\n0\n");
  }
}
