package org.anyarch.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/// Handlers for a whole host, installed from containers, in a host that each test plays.
final class HostIT {
  /// The failure that all this is about; if it is not there any more, nor is the need.
  @Test
  void whatAContainerRegistersInItsOwnMountIsGoneWithIt() throws IOException, InterruptedException {
    Outcome outcome =
        PlayedHost.run(
            """
            container sh -c 'mount -t binfmt_misc b /proc/sys/fs/binfmt_misc
              echo ":mine:E::mine::/bin/true:" > /proc/sys/fs/binfmt_misc/register; ls /proc/sys/fs/binfmt_misc/mine'
            mount -t binfmt_misc b $instance
            entries
            """);

    assertThat(outcome.out()).as("%s", outcome).isEqualTo("/proc/sys/fs/binfmt_misc/mine\n\n");
  }

  @Test
  void aContainerThatSeesTheHostsProcessesMountsForTheHost()
      throws IOException, InterruptedException {
    Outcome outcome =
        PlayedHost.run(
            """
            in_container install arm64 s390x > /run/out; echo "exit $?"
            entries
            ls /var/lib/anyarch/emulators | wc -l
            """);

    assertThat(outcome.out()).as("%s", outcome).isEqualTo("exit 0\nqemu-s390x qemu-aarch64 \n2\n");
  }

  @Test
  void aSealedContainerFindsOutThatTheHostHoldsTheInstance()
      throws IOException, InterruptedException {
    Outcome outcome =
        PlayedHost.run(
            """
            mount -t binfmt_misc b $instance
            in_sealed install --json arm64 > /run/out; echo "exit $?"
            grep -c '"lasts" : true' /run/out
            entries
            """);

    assertThat(outcome.out()).as("%s", outcome).isEqualTo("exit 0\n1\nqemu-aarch64 \n");
  }

  @Test
  void aSealedContainerUsesAPathThatIsSharedWithTheHost() throws IOException, InterruptedException {
    Outcome outcome =
        PlayedHost.run(
            """
            mkdir -p /run/root/mnt /run/root/var/lib
            mount --bind /run/root /run/root && mount --make-shared /run/root
            in_sealed install --host-root /run/root arm64 > /run/out; echo "exit $?"
            ls /run/root/mnt/binfmt_misc | grep qemu
            grep -c /var/lib/anyarch/emulators /run/root/mnt/binfmt_misc/qemu-aarch64
            ls /run/root/var/lib/anyarch/emulators | wc -l
            """);

    assertThat(outcome.out()).as("%s", outcome).isEqualTo("exit 0\nqemu-aarch64\n1\n1\n");
  }

  @Test
  void aSealedContainerWithNothingToHoldItFailsAndSaysWhy()
      throws IOException, InterruptedException {
    Outcome outcome = PlayedHost.run("in_sealed install arm64; echo \"exit $?\"\n");

    assertThat(outcome.out()).as("%s", outcome).isEqualTo("exit 3\n");
    assertThat(outcome.err())
        .contains("would be gone with this container", "--pid=host", "--host-root", "--keep")
        .hasLineCount(1);
  }

  @Test
  void withoutTheRightToMountItFailsAndSaysWhy() throws IOException, InterruptedException {
    Outcome outcome =
        PlayedHost.run(
            """
            setpriv --bounding-set=-sys_admin "$ANYARCH" host install --namespace arm64; echo "exit $?"
            mount -t binfmt_misc b $instance
            setpriv --bounding-set=-sys_admin "$ANYARCH" host install --namespace arm64 > /run/out; echo "exit $?"
            """);

    assertThat(outcome.out()).as("%s", outcome).isEqualTo("exit 3\nexit 0\n");
    assertThat(outcome.err()).contains("CAP_SYS_ADMIN");
  }

  @Test
  void aReadOnlyMountIsGoneAroundAndAReadOnlyInstanceRefused()
      throws IOException, InterruptedException {
    Outcome outcome =
        PlayedHost.run(
            """
            mount --bind /proc/sys /proc/sys && mount -o remount,bind,ro /proc/sys
            host install arm64 > /run/out; echo "exit $?"
            mount -o remount,bind,ro $instance
            host install s390x > /run/out; echo "exit $?"
            entries
            umount $instance; mount -t binfmt_misc -o ro b $instance
            host install s390x; echo "exit $?"
            ls -A /var/lib/anyarch/emulators | wc -l
            """);

    assertThat(outcome.out())
        .as("%s", outcome)
        .isEqualTo("exit 0\nexit 0\nqemu-s390x qemu-aarch64 \nexit 3\n2\n");
    assertThat(outcome.err()).contains("mounted read-only");
  }

  @Test
  void aFullFolderChangesNothing() throws IOException, InterruptedException {
    Outcome outcome =
        PlayedHost.run(
            """
            mount -t binfmt_misc b $instance
            mkdir /run/small /run/fixed
            mount -t tmpfs -o size=2m small /run/small; mount -t tmpfs -o noexec fixed /run/fixed
            host install --folder /run/small arm64; echo "exit $?"
            ls -A /run/small/emulators; entries
            host install --folder /run/fixed arm64; echo "exit $?"
            host install --dry-run --folder /run/small arm64; echo "exit $?"
            host install --dry-run --folder /run/fixed arm64; echo "exit $?"
            """);

    assertThat(outcome.out()).as("%s", outcome).isEqualTo("exit 1\n\n" + "exit 1\n".repeat(3));
    assertThat(outcome.err()).contains("No space left on device", "noexec");
  }

  /// Whatever the moment: an old or a new handler takes the programs, and the next run tidies up.
  @Test
  void killedAtAnyMomentItLeavesTheOldOrTheNewState() throws IOException, InterruptedException {
    Outcome outcome =
        PlayedHost.run(
            """
            mount -t binfmt_misc b $instance
            mkdir /run/newer
            for guest in aarch64 s390x riscv64; do
              cp $ANYARCH_EMULATORS/qemu-$guest-static /run/newer; echo >> /run/newer/qemu-$guest-static
            done
            host install arm64 s390x riscv64 > /run/out || echo failed
            older=$ANYARCH_EMULATORS
            moment=0
            while [ $moment -lt 30 ]; do
              if [ $((moment % 2)) = 0 ]; then ANYARCH_EMULATORS=/run/newer; else ANYARCH_EMULATORS=$older; fi
              export ANYARCH_EMULATORS
              "$ANYARCH" host install --namespace arm64 s390x riscv64 > /run/out 2>&1 & pid=$!
              sleep $(printf '0.%02d' $((15 + 2 * moment)))
              kill -9 $pid 2> /run/none; wait $pid 2> /run/none
              for guest in aarch64 s390x riscv64; do
                ls $instance | grep -q "^qemu-$guest~\\\\?\\$" || echo "nothing takes $guest at $moment"
              done
              moment=$((moment + 1))
            done
            export ANYARCH_EMULATORS=$older
            host install arm64 s390x riscv64 > /run/out; echo "exit $?"
            entries | wc -w
            touch -d '40 days ago' /var/lib/anyarch/emulators/*
            host install arm64 s390x riscv64 > /run/out; echo "exit $?"
            ls -A /var/lib/anyarch/emulators | wc -l
            ls -A /var/lib/anyarch | tr '\\n' ' '
            """);

    assertThat(outcome.out())
        .as("%s", outcome)
        .isEqualTo("exit 0\n3\nexit 0\n3\nemulators lock state.json ");
  }

  @Test
  void whatIsUninstalledLeavesNothingAndAnInstallThatWaitsBeginsAnew()
      throws IOException, InterruptedException {
    Outcome outcome =
        PlayedHost.run(
            """
            mount -t binfmt_misc b $instance
            host install arm64 > /run/out
            host uninstall all > /run/out; ls -A /var/lib
            for round in 1 2 3 4; do
              host install arm64 > /run/out
              host uninstall all > /run/none & uninstall=$!
              host install s390x > /run/out; echo "exit $?"
              wait $uninstall; echo "exit $?"
              host install s390x > /run/out; echo "exit $?"
            done
            """);

    assertThat(outcome.out()).as("%s", outcome).isEqualTo("exit 0\n".repeat(12));
  }

  @Test
  void twoInstallsTakeTurns() throws IOException, InterruptedException {
    Outcome outcome =
        PlayedHost.run(
            """
            mount -t binfmt_misc b $instance
            host install arm64 s390x > /run/one & one=$!
            host install s390x arm64 > /run/two & two=$!
            wait $one; echo "exit $?"; wait $two; echo "exit $?"
            cat /run/one /run/two | grep -c registered
            cat /run/one /run/two | grep -c kept
            entries | wc -w
            """);

    assertThat(outcome.out()).as("%s", outcome).isEqualTo("exit 0\nexit 0\n2\n2\n2\n");
  }

  /// The kernel holds the old file open; the new one has another name. Snapshots and boot files may
  /// name the old one for a while.
  @Test
  void anEmulatorInUseIsReplaced() throws IOException, InterruptedException {
    Outcome outcome =
        PlayedHost.run(
            """
            mount -t binfmt_misc b $instance
            host install s390x > /run/out
            old=$(sed -n 's/^interpreter //p' $instance/qemu-s390x)
            if (: >> $old) 2> /run/none; then echo writable; else echo busy; fi
            mkdir /run/newer; cp $ANYARCH_EMULATORS/qemu-s390x-static /run/newer; echo >> /run/newer/qemu-s390x-static
            ANYARCH_EMULATORS=/run/newer host install s390x | grep -c 'replaced .*works'
            [ -e $old ] && echo kept
            touch -d '40 days ago' $old
            ANYARCH_EMULATORS=/run/newer host install s390x > /run/out
            [ -e $old ] || echo gone
            entries
            """);

    assertThat(outcome.out()).as("%s", outcome).isEqualTo("busy\n1\nkept\ngone\nqemu-s390x \n");
  }
}
