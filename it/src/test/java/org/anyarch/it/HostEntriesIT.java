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

/// Entries of others, leases, snapshots, the resident holder, and the words of other tools.
final class HostEntriesIT {
  private static final String FOREIGN =
      "mount -t binfmt_misc b $instance; echo ':qemu-riscv64:E::other::/bin/true:' > $instance/register\n";

  @Test
  void whatOthersRegisteredIsKeptRefusedOrReplacedAsTold()
      throws IOException, InterruptedException {
    Outcome outcome =
        PlayedHost.run(
            FOREIGN
                + """
                host install riscv64 > /run/keep; echo "exit $?"
                host install --existing fail riscv64 > /run/fail; echo "exit $?"
                host install --existing replace --dry-run riscv64 > /run/plan; echo "exit $?"
                grep -c /bin/true $instance/qemu-riscv64
                host install --existing replace riscv64 > /run/replace; echo "exit $?"
                grep -c /bin/true $instance/qemu-riscv64
                cat /run/keep /run/plan
                """);

    assertThat(outcome.out())
        .as("%s", outcome)
        .startsWith("exit 1\nexit 1\nexit 0\n1\nexit 0\n0\n")
        .contains("its interpreter is /bin/true", "replace qemu-riscv64: ");
  }

  /// An entry's name may hold what a shell reads as a class of characters.
  @Test
  void namesWithBracketsAreRemovedByName() throws IOException, InterruptedException {
    Outcome outcome =
        PlayedHost.run(
            """
            mount -t binfmt_misc b $instance
            echo ':odd[1]{a,b}:E::odd::/bin/true:' > $instance/register
            host uninstall --foreign 'odd[[]*'; echo "exit $?"; entries
            host uninstall --foreign 'odd[1]*'; echo "exit $?"; entries
            """);

    assertThat(outcome.out())
        .as("%s", outcome)
        .contains("odd[[]*: nothing of that is registered")
        .endsWith("odd[1]{a,b}: removed\nexit 0\n\n");
  }

  @Test
  void whatHoldersCannotDoIsRefusedAndTheirPlanChangesNothing()
      throws IOException, InterruptedException {
    Outcome outcome =
        PlayedHost.run(
            """
            mount -t binfmt_misc b $instance
            host install --keep --json arm64; echo "exit $?"
            host install --keep --persist arm64; echo "exit $?"
            host install --keep --dry-run arm64 > /run/plan; echo "exit $?"
            entries; ls -A /etc/binfmt.d
            """);

    assertThat(outcome.out()).as("%s", outcome).isEqualTo("exit 2\nexit 2\nexit 0\n\n");
  }

  @Test
  void leasesKeepWhatSomebodyElseNeeds() throws IOException, InterruptedException {
    Outcome outcome =
        PlayedHost.run(
            FOREIGN
                + """
                host install --lease one arm64 > /run/out
                host install --lease two arm64 s390x > /run/out
                host uninstall --lease two all; echo "exit $?"
                entries
                host uninstall --lease one arm64 riscv64; echo "exit $?"
                entries
                host uninstall --foreign riscv64; echo "exit $?"
                entries
                """);

    assertThat(outcome.out())
        .as("%s", outcome)
        .isEqualTo(
            """
            qemu-s390x: removed
            qemu-aarch64: left, needed by one; --force removes it nevertheless
            exit 0
            qemu-aarch64 qemu-riscv64\s
            qemu-aarch64: removed
            qemu-riscv64: left, it belongs to other (/bin/true); --foreign removes it nevertheless
            exit 1
            qemu-riscv64\s
            qemu-riscv64: removed
            exit 0

            """);
  }

  @Test
  void aSnapshotBringsBackTheLongestNames() throws IOException, InterruptedException {
    Outcome outcome =
        PlayedHost.run(
            """
            mount -t binfmt_misc b $instance
            long=$(printf '%255s' x | tr ' ' x)
            echo ":$long:E::one::/bin/true:" > $instance/register
            echo ':last:E::two::/bin/true:' > $instance/register
            host snapshot /run/handlers
            echo -1 > $instance/$long; echo ":$long:E::other::/bin/false:" > $instance/register
            host restore /run/handlers > /run/out; echo "exit $?"
            entries | tr ' ' '\\n' | wc -L; grep -c true $instance/$long; entries | cut -c 1-5
            """);

    assertThat(outcome.out()).as("%s", outcome).isEqualTo("exit 0\n255\n1\nlast \n");
  }

  /// The kernel lists who waits for a lock.
  @Test
  void aRestoreTakesTurnsWithInstalls() throws IOException, InterruptedException {
    Outcome outcome =
        PlayedHost.run(
            """
            mount -t binfmt_misc b $instance
            host install arm64 > /run/out
            host snapshot /run/handlers
            mkfifo /run/go
            printf '%s\\n' 'import fcntl' 'lock = open("/var/lib/anyarch/lock", "w")' 'fcntl.lockf(lock, fcntl.LOCK_EX)' \
              'open("/run/locked", "w")' 'open("/run/go").read()' > /run/lock.py
            python3 /run/lock.py & python=$!
            await '[ -e /run/locked ]'
            echo -1 > $instance/qemu-aarch64
            host restore /run/handlers > /run/out & restore=$!
            await 'grep -q -e "->" /proc/locks'
            entries
            echo > /run/go; wait $python; wait $restore; echo "exit $?"
            entries
            """);

    assertThat(outcome.out()).as("%s", outcome).isEqualTo("\nexit 0\nqemu-aarch64 \n");
  }

  @Test
  void aSnapshotBringsBackOrderAndState() throws IOException, InterruptedException {
    Outcome outcome =
        PlayedHost.run(
            FOREIGN
                + """
                host install arm64 > /run/out
                echo ':late:M:3:a\\\\x00b:\\\\xff\\\\x00\\\\xff:/bin/true:P' > $instance/register
                echo 0 > $instance/late
                host snapshot /run/snapshot; echo "exit $?"
                before=$(entries; cat $instance/late)
                echo -1 > $instance/qemu-riscv64; echo -1 > $instance/late
                echo ':more:E::more::/bin/true:' > $instance/register
                host restore /run/snapshot; echo "exit $?"
                [ "$before" = "$(entries; cat $instance/late)" ] && echo same
                host restore /run/snapshot; echo "exit $?"
                """);

    assertThat(outcome.out())
        .as("%s", outcome)
        .isEqualTo(
            """
            exit 0
            remove more
            register qemu-riscv64
            register qemu-aarch64
            register late
            exit 0
            same
            exit 0
            """);
  }

  /// Nothing but this container holds the instance, and others flush it.
  @Test
  void aHolderRegistersAgainWhatOthersRemove() throws IOException, InterruptedException {
    Outcome outcome =
        PlayedHost.run(
            """
            cat > /run/holder <<'END'
            "$ANYARCH" host keep --namespace --interval 1 arm64 s390x > /run/out 2> /run/log & keep=$!
            sleep 1; "$ANYARCH" host keep --ready 2> /run/none || sleep 4
            mount -t binfmt_misc b /proc/sys/fs/binfmt_misc
            ls /proc/sys/fs/binfmt_misc | grep -c qemu
            echo -1 > /proc/sys/fs/binfmt_misc/status
            sleep 3
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

  @Test
  void theWordsOfOtherToolsAreUnderstood() throws IOException, InterruptedException {
    Outcome outcome =
        PlayedHost.run(
            """
            mount -t binfmt_misc b $instance
            "$ANYARCH" --install arm64,riscv64 --namespace > /run/json 2> /run/said; echo "exit $?"
            cat /run/said; grep -c linux/riscv64 /run/json
            "$ANYARCH" --install arm64,nonsense --namespace 2>&1 > /run/json; echo "exit $?"
            "$ANYARCH" --uninstall 'qemu-*' --namespace 2>&1 > /run/json; echo "exit $?"
            "$ANYARCH" --reset -p yes -c yes --namespace > /run/set; echo "exit $?"
            grep -c 'Setting .* as binfmt interpreter for ' /run/set > /run/count
            [ "$(cat /run/count)" = "$(entries | wc -w)" ] && echo all
            """);

    assertThat(outcome.out())
        .as("%s", outcome)
        .isEqualTo(
            """
            exit 0
            installing: arm64 OK
            installing: riscv64 OK
            1
            installing: nonsense unsupported architecture: nonsense
            installing: arm64 qemu-aarch64 already registered
            exit 1
            uninstalling: qemu-riscv64 OK
            uninstalling: qemu-aarch64 OK
            exit 0
            exit 0
            all
            """);
  }

  /// A host with systemd: /etc/binfmt.d is read at boot, and by whoever restarts systemd-binfmt.
  @Test
  void whatIsToPersistIsWrittenAndTakenBack() throws IOException, InterruptedException {
    Outcome outcome =
        PlayedHost.run(
            """
            mount -t tmpfs tmpfs /etc; mkdir /etc/binfmt.d
            mount -t binfmt_misc b $instance
            host install --persist arm64 s390x > /run/out 2> /run/notes; echo "exit $?"
            grep -c ':/var/lib/anyarch/emulators/qemu-.*:POCF$' /etc/binfmt.d/zz-anyarch.conf
            echo -1 > $instance/status; entries
            while read -r rule; do
              case $rule in :*) printf '%s' "$rule" > $instance/register ;; esac
            done < /etc/binfmt.d/zz-anyarch.conf
            host status --require arm64,s390x > /run/out; echo "exit $?"
            host uninstall arm64 > /run/out; ls /etc/binfmt.d
            host uninstall all > /run/out; ls /etc/binfmt.d; cat /run/notes >&2
            """);

    assertThat(outcome.out()).as("%s", outcome).isEqualTo("exit 0\n2\n\nexit 0\nzz-anyarch.conf\n");
    assertThat(outcome.err()).contains("wrote /etc/binfmt.d/zz-anyarch.conf");
  }

  @Test
  void setUpsAreShownWrittenAndRefusedByName() throws IOException, InterruptedException {
    Outcome outcome =
        PlayedHost.run(
            """
            cd /run
            "$ANYARCH" host emit systemd -o units --folder /opt/any arm64; echo "exit $?"
            find units -type f | sort
            "$ANYARCH" host emit daemonset arm64; echo "exit $?"
            "$ANYARCH" host emit bottlerocket --json --image r.example/a:1 arm64 | grep -c '"path"'
            "$ANYARCH" host emit sytemd; echo "exit $?"
            """);

    assertThat(outcome.out())
        .as("%s", outcome)
        .contains("exit 0\nunits/etc/binfmt.d/zz-anyarch.conf\n", "host-install.service\n")
        .endsWith("exit 2\n1\nexit 2\n");
    assertThat(outcome.err()).contains("--image").contains("did you mean systemd?");
  }
}
