package org.anyarch.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/// What an uninstall takes away, what it leaves for others, and what must not stop it.
final class HostUninstallIT {
  private static final String MOUNTED = "mount -t binfmt_misc b $instance\n";

  /// A flush by somebody else must not cost a holder its emulators.
  @Test
  void copiesThatAnotherLeaseNeedsStay() throws IOException, InterruptedException {
    Outcome outcome =
        PlayedHost.run(
            MOUNTED
                + """
                host install --lease other arm64 > /run/out
                host install --lease mine s390x > /run/out
                host snapshot /run/handlers
                for entry in qemu-aarch64 qemu-s390x; do echo -1 > $instance/$entry; done
                touch -d '40 days ago' /var/lib/anyarch/emulators/*
                host uninstall --lease mine all; echo "exit $?"
                ls /var/lib/anyarch/emulators | cut -d - -f 1,2
                host uninstall --lease other all; ls -A /var/lib
                """);

    assertThat(outcome.out())
        .as("%s", outcome)
        .isEqualTo(
            """
            all: nothing of that is registered
            exit 0
            qemu-aarch64
            all: nothing of that is registered
            """);
  }

  @Test
  void aLeaseIsGivenUpByNameWhenItsEntryIsGone() throws IOException, InterruptedException {
    Outcome outcome =
        PlayedHost.run(
            MOUNTED
                + """
                host install arm64 s390x > /run/out
                echo -1 > $instance/qemu-aarch64
                host uninstall arm64; echo "exit $?"
                host status | grep '^lease' | sed 's/ since .*:/:/'
                """);

    assertThat(outcome.out())
        .as("%s", outcome)
        .isEqualTo("arm64: nothing of that is registered\nexit 0\nlease host: s390x\n");
  }

  @Test
  void whatIsForcedTakesTheLeasesOfOthersAlong() throws IOException, InterruptedException {
    Outcome outcome =
        PlayedHost.run(
            MOUNTED
                + """
                host install --lease other arm64 s390x > /run/out
                host uninstall --force arm64
                host status | grep '^lease' | sed 's/ since .*:/:/'
                host uninstall --force all
                host status | grep -c '^lease'; ls -A /var/lib
                """);

    assertThat(outcome.out())
        .as("%s", outcome)
        .isEqualTo("qemu-aarch64: removed\nlease other: s390x\nqemu-s390x: removed\n0\n");
  }

  @Test
  void aFullDiskStopsNoRemoval() throws IOException, InterruptedException {
    Outcome outcome =
        PlayedHost.run(
            MOUNTED
                + """
                mkdir -p /var/lib/anyarch/emulators; mount -t tmpfs -o size=64k tmpfs /var/lib/anyarch
                mkdir /var/lib/anyarch/emulators; mount -t tmpfs tmpfs /var/lib/anyarch/emulators
                host install --lease other s390x > /run/out; echo "exit $?"
                host install --lease mine arm64 > /run/out; echo "exit $?"
                dd if=/dev/zero of=/var/lib/anyarch/big 2> /run/none
                host uninstall --lease mine all; echo "exit $?"
                entries; ls /var/lib/anyarch/emulators | cut -d - -f 1,2
                rm /var/lib/anyarch/big
                host status | grep '^lease' | sed 's/ since .*:/:/'
                """);

    assertThat(outcome.out())
        .as("%s", outcome)
        .matches(
            """
            exit 0
            exit 0
            qemu-aarch64: removed
            qemu-s390x: left, needed by other; --force removes it nevertheless
            /var/lib/anyarch/state.json: cannot be written \\(.*No space left on device\\), so the lease mine stays in it; .*
            exit 1
            qemu-s390x\s
            qemu-s390x
            lease mine: aarch64
            lease other: s390x
            """);
  }

  /// A mount that is read-only is gone around, as an install does; the instance cannot be.
  @Test
  void onlyAnInstanceThatIsReadOnlyAsAWholeIsRefused() throws IOException, InterruptedException {
    Outcome outcome =
        PlayedHost.run(
            MOUNTED
                + """
                host install arm64 > /run/out
                mount -o remount,ro,bind $instance
                host uninstall arm64; echo "exit $?"
                host install arm64 > /run/out; echo "exit $?"
                mount -o remount,ro $instance
                host uninstall arm64; echo "exit $?"
                entries
                """);

    assertThat(outcome.out())
        .as("%s", outcome)
        .isEqualTo("qemu-aarch64: removed\nexit 0\nexit 0\nexit 3\nqemu-aarch64 \n");
    assertThat(outcome.err()).contains("on the host: mount -o remount,rw /proc/sys/fs/binfmt_misc");
  }

  @Test
  void whatIsMountedOrLinkedStays() throws IOException, InterruptedException {
    Outcome outcome =
        PlayedHost.run(
            MOUNTED
                + """
                mkdir -p /run/data /var/lib/anyarch/emulators
                mount --bind /run/data /var/lib/anyarch/emulators
                host install arm64 > /run/out; host uninstall all; echo "exit $?"
                ls -d /var/lib/anyarch/emulators; umount /var/lib/anyarch/emulators; rm -r /var/lib/anyarch

                mkdir /var/lib/anyarch; ln -s /run/data /var/lib/anyarch/emulators
                host install arm64 > /run/out; host uninstall all; echo "exit $?"
                readlink /var/lib/anyarch/emulators; rm -r /var/lib/anyarch

                ln -s /run/data /var/lib/anyarch
                host install arm64 > /run/out; host uninstall all; echo "exit $?"
                readlink /var/lib/anyarch
                host install arm64 > /run/out; in_container uninstall all; echo "exit $?"
                readlink /var/lib/anyarch
                """);

    String removed = "qemu-aarch64: removed\nexit 0\n";
    assertThat(outcome.out())
        .as("%s", outcome)
        .isEqualTo(
            removed
                + "/var/lib/anyarch/emulators\n"
                + removed
                + "/run/data\n"
                + removed
                + "/run/data\n"
                + removed
                + "/run/data\n");
  }

  @Test
  void installsAndUninstallsThatRaceForTheFolderAllSucceed()
      throws IOException, InterruptedException {
    Outcome outcome =
        PlayedHost.run(
            MOUNTED
                + """
                before=$(ls -A /opt)
                for worker in 1 2; do
                  (for n in $(seq 15); do host uninstall --lease w$worker all > /run/out.u$worker 2>> /run/err || echo "uninstall $?"; done) &
                  (for n in $(seq 6); do host install --lease i$worker s390x > /run/out.i$worker 2>> /run/err || echo "install $?"
                    host uninstall --lease i$worker all > /run/out.i$worker 2>> /run/err || echo "uninstall $?"; done) &
                done
                wait; [ "$(ls -A /opt)" = "$before" ] || ls -A /opt; cat /run/err
                """);

    assertThat(outcome.out()).as("%s", outcome).isEmpty();
  }

  /// Who may register may choose names; and what only looks like a lease is none.
  @Test
  void namesOfLeasesSteerNoTerminalAndCannotBeForged() throws IOException, InterruptedException {
    Outcome outcome =
        PlayedHost.run(
            MOUNTED
                + """
                for name in '' "$(printf 'a\\nb')" "$(printf 'a\\033b')" "$(printf '%201s' x)"; do
                  host install --lease "$name" arm64; echo "exit $?"
                  host uninstall --lease "$name" arm64; echo "exit $?"
                done
                host install --lease "$(printf '%200s' x)" arm64 > /run/out; echo "exit $?"
                host uninstall --lease "$(printf '%200s' x)" arm64
                host install arm64 > /run/out
                printf ':.anyarch-lease-zz:E::anyarch.lease::/lease/x/now/aarch64:' > $instance/register
                mark=.anyarch-lease-$(printf 'a\\033b' | sha256sum | cut -c 1-16)
                printf ":$mark:E::anyarch.lease::/lease/a%%1Bb/now/aarch64:" > $instance/register
                host status | grep '^lease' | sed 's/ since .*:/:/'
                host uninstall all
                """);

    assertThat(outcome.out())
        .as("%s", outcome)
        .isEqualTo(
            "exit 2\n".repeat(8)
                + """
                exit 0
                qemu-aarch64: removed
                lease a?b: aarch64
                lease host: aarch64
                qemu-aarch64: left, needed by a?b; --force removes it nevertheless
                """);
    assertThat(outcome.err()).contains("--lease must be a name of 1 to 200 bytes");
  }

  /// Runs that were killed left their folders under the process numbers that come again.
  @Test
  void leftoversOfKilledRunsBlockNothing() throws IOException, InterruptedException {
    Outcome outcome =
        PlayedHost.run(
            """
            for folder in /var/tmp /dev/shm; do mount -t tmpfs tmpfs $folder; done
            sealed sh -c 'for folder in /tmp /run /var/tmp /dev/shm; do
              for n in $(seq 60); do mkdir $folder/anyarch-binfmt_misc-$n; done; done'
            before=$(find /tmp /run /var/tmp /dev/shm -name 'anyarch-binfmt_misc-*' | wc -l)
            cp "$ANYARCH_EMULATORS"/* /run; export ANYARCH_EMULATORS=/run
            in_sealed ls > /run/out; echo "exit $?"
            [ "$before" = "$(find /tmp /run /var/tmp /dev/shm -name 'anyarch-binfmt_misc-*' | wc -l)" ] && echo same
            """);

    assertThat(outcome.out()).as("%s", outcome).isEqualTo("exit 0\nsame\n");
  }

  @Test
  void whatIsInTheWayOfBootFilesIsNamed() throws IOException, InterruptedException {
    Outcome outcome =
        PlayedHost.run(
            MOUNTED
                + """
                mount -t tmpfs tmpfs /etc; echo file > /etc/binfmt.d
                host install --persist arm64 > /run/out; echo "exit $?"
                rm /etc/binfmt.d; host install --persist arm64 > /run/out; echo "exit $?"
                """);

    assertThat(outcome.out()).as("%s", outcome).isEqualTo("exit 1\nexit 0\n");
    assertThat(outcome.err())
        .contains("/etc/binfmt.d is no folder")
        .contains(
            "to put it in force now: /usr/lib/systemd/systemd-binfmt /etc/binfmt.d/zz-anyarch.conf # with a file")
        .doesNotContain("now: #");
  }
}
