package org.anyarch.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/// Where a snapshot is written to, and what of it is brought back.
final class HostSnapshotIT {
  private static final String ENTRY =
      "mount -t binfmt_misc b $instance; echo ':one:E::one::/bin/true:' > $instance/register\n";

  @Test
  void linksStayAndWhatIsNoFileIsWrittenTo() throws IOException, InterruptedException {
    Outcome outcome =
        PlayedHost.run(
            ENTRY
                + """
                cd /run
                echo old > kept; chmod 640 kept; ln -s kept link; ln -s link chain
                host snapshot chain; echo "exit $?"
                readlink chain link; tail -n 1 kept; stat -c %a kept
                ln -s none dangling; host snapshot dangling; readlink dangling; tail -n 1 none; stat -c %a none
                host snapshot /dev/stdout | tail -n 1
                { echo before; host snapshot /dev/stdout; } > both; head -n 1 both; tail -n 1 both
                mkfifo pipe; timeout 20 tail -n 1 pipe & host snapshot pipe; wait; ls -F pipe*
                host snapshot /dev/null; echo "exit $?"; ls -F /dev/null
                mkdir folder; host snapshot folder; echo "exit $?"
                touch .many.partial; mkdir .kept.partial; host snapshot kept; echo "exit $?"; rm -r .many.partial .kept.partial
                mount -t tmpfs -o size=4k tmpfs folder; echo > folder/full; dd if=/dev/zero of=folder/full 2> none
                echo > folder/here; host snapshot folder/here; echo "exit $?"; ls -A folder
                ls -A | grep partial
                """);

    String rule = ":one:E::one::/bin/true:\n";
    assertThat(outcome.out())
        .as("%s", outcome)
        .isEqualTo(
            "exit 0\nlink\nkept\n"
                + rule
                + "640\nnone\n"
                + rule
                + "644\n"
                + rule
                + "before\n"
                + rule
                + rule
                + "pipe|\nexit 0\n/dev/null\nexit 1\nexit 0\nexit 1\nfull\nhere\n");
  }

  /// Leases and trials are of the moment.
  @Test
  void marksAreNotBroughtBack() throws IOException, InterruptedException {
    Outcome outcome =
        PlayedHost.run(
            ENTRY
                + """
                host snapshot /run/handlers
                mark=.anyarch-lease-$(printf other | sha256sum | cut -c 1-16)
                echo ':.anyarch-trial:E::anyarch.x::/trial:' >> /run/handlers
                echo ":$mark:E::anyarch.lease::/lease/other/now/aarch64:" >> /run/handlers
                echo -1 > $instance/one
                host restore /run/handlers; echo "exit $?"
                ls -A $instance | grep -c anyarch
                """);

    assertThat(outcome.out()).as("%s", outcome).isEqualTo("register one\nexit 0\n0\n");
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
            HostEntriesIT.FOREIGN
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
}
