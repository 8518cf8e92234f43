package org.anyarch.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/// Entries of others, leases, what makes handlers last, and the words of other tools.
final class HostEntriesIT {
  static final String FOREIGN =
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
