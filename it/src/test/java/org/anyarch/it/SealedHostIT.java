package org.anyarch.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/// Containers that see nothing of the host but the instance: what they can prove, and what they
/// tell each other.
final class SealedHostIT {
  /// A container that has binfmt_misc mounted until a command succeeds.
  private static final String HOLDER =
      """
      hold_until() {
        sealed sh -c "mount -t binfmt_misc b $instance; touch /run/held; timeout 60 sh -c 'until $1; do sleep 0.01; done'" &
        holder=$!
        await '[ -e /run/held ]'
      }
      """;

  @Test
  void thoseThatTryAtOnceDoNotTakeEachOtherForAHolder() throws IOException, InterruptedException {
    Outcome outcome =
        PlayedHost.run(
            """
            for round in 1 2; do
              installs=
              for n in 1 2 3 4; do
                in_sealed install arm64 > /run/out.$n 2> /run/err.$n & installs="$installs $!"
              done
              for install in $installs; do wait $install; echo "exit $?"; done
            done
            mount -t binfmt_misc b $instance; entries
            """);

    assertThat(outcome.out()).as("%s", outcome).isEqualTo("exit 3\n".repeat(8) + "\n");
  }

  /// The entry of another one's trial is there for a second; who waits for it has nothing mounted
  /// and registers nothing.
  @Test
  void whoeverWaitsForAnotherTrialHoldsNothing() throws IOException, InterruptedException {
    Outcome outcome =
        PlayedHost.run(
            """
            mount -t binfmt_misc b $instance
            echo ':.anyarch-trial:E::anyarch.other::/trial:' > $instance/register
            container=test unshare --mount --pid --fork sh -c '
              umount /proc/sys/fs/binfmt_misc; read pid rest < /proc/self/stat; echo $pid > /run/pid; mount -t proc proc /proc; mount -t tmpfs tmpfs /var/lib
              exec "$ANYARCH" host install --namespace arm64' > /run/out & install=$!
            await '[ -s /run/pid ] && ! grep -q " - binfmt_misc " /proc/$(cat /run/pid)/mountinfo'
            sleep 1; entries
            echo -1 > $instance/.anyarch-trial
            wait $install; echo "exit $?"
            entries
            """);

    assertThat(outcome.out()).as("%s", outcome).isEqualTo("\nexit 0\nqemu-aarch64 \n");
  }

  @Test
  void thoseThatTryAtOnceAllFindAHolder() throws IOException, InterruptedException {
    Outcome outcome =
        PlayedHost.run(
            """
            mount -t binfmt_misc b $instance
            installs=
            for guest in arm64 arm64 arm64,s390x riscv64; do
              in_sealed install $guest > /run/out & installs="$installs $!"
            done
            for install in $installs; do wait $install; echo "exit $?"; done
            entries | wc -w
            """);

    assertThat(outcome.out()).as("%s", outcome).isEqualTo("exit 0\n".repeat(4) + "3\n");
  }

  /// The trial at the beginning says yes, the one at the end no.
  @Test
  void aHolderThatEndsMeanwhileIsNoticed() throws IOException, InterruptedException {
    Outcome outcome =
        PlayedHost.run(
            HOLDER
                + """
                hold_until "[ -e $instance/qemu-aarch64 ]"
                in_sealed install arm64 > /run/out; echo "exit $?"
                wait $holder
                mount -t binfmt_misc b $instance; entries
                """);

    assertThat(outcome.out()).as("%s", outcome).isEqualTo("exit 3\n\n");
    assertThat(outcome.err()).contains("let it go meanwhile", "--pid=host").hasLineCount(1);
  }

  /// One proves and registers while the other waits; neither takes the other for the holder that
  /// has gone.
  @Test
  void twoWhoseHolderEndsMeanwhileBothNotice() throws IOException, InterruptedException {
    Outcome outcome =
        PlayedHost.run(
            HOLDER
                + """
                hold_until "[ -e $instance/qemu-aarch64 ]"
                in_sealed install arm64 s390x > /run/one & one=$!
                in_sealed install arm64 > /run/two; echo "exit $?"
                wait $one; echo "exit $?"
                wait $holder
                mount -t binfmt_misc b $instance; entries
                """);

    assertThat(outcome.out()).as("%s", outcome).isEqualTo("exit 3\nexit 3\n\n");
  }

  /// Whatever the clock says: the entry of one that was killed does not change.
  @Test
  void theTurnOfOneThatWasKilledIsTaken() throws IOException, InterruptedException {
    Outcome outcome =
        PlayedHost.run(
            """
            mount -t binfmt_misc b $instance
            echo ':.anyarch-trial:E::anyarch.other::/trial:' > $instance/register
            touch -d '+1 hour' $instance/.anyarch-trial
            in_sealed install arm64 > /run/out; echo "exit $?"
            ls -A $instance | grep -v lease | tr '\\n' ' '
            """);

    assertThat(outcome.out()).as("%s", outcome).isEqualTo("exit 0\nqemu-aarch64 register status ");
    assertThat(outcome.err()).contains("waiting for it").hasLineCount(1);
  }

  @Test
  void theirLeasesAreSeenByAll() throws IOException, InterruptedException {
    Outcome outcome =
        PlayedHost.run(
            """
            mount -t binfmt_misc b $instance
            in_sealed install --lease one arm64 > /run/out
            in_sealed install --lease 'two /:' arm64 s390x > /run/out
            in_sealed install --lease one riscv64 > /run/out
            host status | grep '^lease'
            in_sealed uninstall --lease one all; echo "exit $?"
            entries
            host uninstall --folder /run/elsewhere all
            in_sealed uninstall --lease 'two /:' all; echo "exit $?"
            ls -A $instance | tr '\\n' ' '
            """);

    assertThat(outcome.out())
        .as("%s", outcome)
        .matches(
            """
            lease one since \\S+: aarch64, riscv64
            lease two /: since \\S+: aarch64, s390x
            (?s).*\
            qemu-riscv64: removed
            .*\
            exit 0
            qemu-s390x qemu-aarch64\\s
            qemu-s390x: left, needed by two /:; .*
            qemu-aarch64: left, needed by two /:; .*
            qemu-s390x: removed
            qemu-aarch64: removed
            exit 0
            register status\\s""");
  }

  @Test
  void whereTheHostsFilesAreOutOfReachNothingPersists() throws IOException, InterruptedException {
    Outcome outcome =
        PlayedHost.run(
            """
            mount -t binfmt_misc b $instance
            in_sealed install --persist arm64 > /run/out; echo "exit $?"
            grep -c 'registered *works' /run/out
            ls -A /etc/binfmt.d
            """);

    assertThat(outcome.out()).as("%s", outcome).isEqualTo("exit 3\n1\n");
    assertThat(outcome.err()).contains("the host's files cannot be reached", "--pid=host");
  }

  /// Without CAP_SYS_PTRACE the host itself looks like a container to us.
  @Test
  void whereProcessOneCannotBeSeenNothingIsUnmounted() throws IOException, InterruptedException {
    Outcome outcome =
        PlayedHost.run(
            """
            mount -t binfmt_misc b $instance
            echo ':mine:E::mine::/bin/true:' > $instance/register
            setpriv --bounding-set=-sys_ptrace "$ANYARCH" host install --namespace arm64; echo "exit $?"
            grep -c ' - binfmt_misc ' /proc/self/mountinfo
            entries
            """);

    assertThat(outcome.out()).as("%s", outcome).isEqualTo("exit 3\n1\nmine \n");
    assertThat(outcome.err()).contains("CAP_SYS_PTRACE");
  }
}
