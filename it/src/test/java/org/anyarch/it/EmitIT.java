package org.anyarch.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.anyarch.binfmt.Entry;
import org.anyarch.binfmt.Flags;
import org.anyarch.binfmt.Rule;
import org.anyarch.host.emit.Emission;
import org.anyarch.host.emit.EmitException;
import org.anyarch.host.emit.EmitRequest;
import org.anyarch.host.emit.Emitters;
import org.anyarch.host.emit.PolicyNames;
import org.anyarch.platform.Guest;
import org.anyarch.platform.Platform;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is emitted, read by those for whom it is written: systemd, systemd-binfmt, update-binfmts,
/// secilc and sh. Whatever registers does so in a user namespace of its own, with a binfmt_misc of
/// its own. Needs the packages systemd and secilc; binfmt-support is unpacked, not installed, since
/// it would register on the host.
final class EmitIT {
  private static final List<Guest> GUESTS =
      Stream.of("linux/arm64", "linux/s390x", "hexagon")
          .map(name -> Guest.named(name).orElseThrow())
          .toList();

  @TempDir private Path folder;
  private Path emulators = Path.of("/");
  private EmitRequest request = EmitRequest.of(GUESTS, "0.1.0");

  /// Any program will do for an emulator: none of them is started.
  @BeforeEach
  void makeEmulators() throws IOException {
    emulators = Files.createDirectories(folder.resolve("emulators of %n"));
    for (Guest guest : GUESTS) {
      Files.copy(Path.of("/usr/bin/true"), emulators.resolve("qemu-" + guest.qemu()));
    }
    // Rules for machines of all kinds are fine here: nothing foreign is started.
    request =
        request
            .withHost(new Platform("linux", "amd64", ""))
            .withFolder(emulators)
            .withProgram(Path.of("/usr/bin/true"))
            .withImage("registry.example:5000/anyarch:0.1.0");
  }

  /// Writes what is emitted below the test's folder, each file where it belongs.
  private List<Path> written(String kind) throws EmitException, IOException {
    Path root = folder.resolve(kind);
    List<Emission> emissions = Emitters.emit(kind, request);
    for (Emission emission : emissions) {
      Path file = root.resolve(emission.path().replaceFirst("^/", ""));
      Files.createDirectories(file.getParent());
      Files.writeString(file, emission.content());
    }
    return emissions.stream().map(e -> root.resolve(e.path().replaceFirst("^/", ""))).toList();
  }

  private Outcome run(String... command) throws IOException, InterruptedException {
    return Processes.run(
        folder, Map.of("LC_ALL", "C", "TEST", folder.toString()), "", List.of(command));
  }

  /// Runs a script where an empty binfmt_misc is mounted that nobody else sees.
  private Outcome within(String script) throws IOException, InterruptedException {
    Path file = folder.resolve("script");
    Files.writeString(
        file,
        "set -e\nmount -t binfmt_misc none /proc/sys/fs/binfmt_misc\ncd /proc/sys/fs/binfmt_misc\n"
            + script);
    return run("unshare", "-Urm", "sh", file.toString());
  }

  private void requireEntries(String suffix) throws IOException {
    for (Guest guest : GUESTS) {
      String name = "qemu-" + guest.qemu();
      Rule rule = Rule.forGuest(guest, emulators.resolve(name), Flags.POCF);
      Entry entry = Entry.parse(name, Files.readString(folder.resolve(name + suffix)));
      assertThat(entry.match()).isEqualTo(Optional.of(rule.match()));
      assertThat(entry.flags()).isEqualTo("POCF");
      assertThat(entry.interpreter()).isEqualTo(rule.interpreter());
      assertThat(entry.enabled()).isTrue();
    }
  }

  @Test
  void systemdHasNoComplaintAboutTheUnits() throws Exception {
    List<Path> units =
        written("systemd").stream().filter(p -> p.toString().endsWith(".service")).toList();
    assertThat(units).hasSize(2);

    for (Path unit : units) {
      Outcome outcome = run("systemd-analyze", "verify", "--man=no", unit.toString());
      assertThat(outcome.status()).as("%s", outcome).isZero();
      assertThat((outcome.out() + outcome.err()).lines()).noneMatch(l -> l.contains("anyarch"));
    }
  }

  @Test
  void systemdWouldComplain() throws Exception {
    Path unit = written("systemd").getLast();
    Files.writeString(unit, Files.readString(unit).replace("Restart=", "Restrat="));

    Outcome outcome = run("systemd-analyze", "verify", "--man=no", unit.toString());

    assertThat(outcome.err()).contains("Unknown key").contains("Restrat");
  }

  @Test
  void systemdBinfmtRegistersTheRulesBesideOthersAndAgain() throws Exception {
    Path conf = written("binfmt.d").getFirst();
    Files.copy(conf, folder.resolve("zz.conf"));

    Outcome outcome =
        within(
            """
            echo ':other:E::other::/bin/true:' > register
            /usr/lib/systemd/systemd-binfmt "$TEST/zz.conf"
            /usr/lib/systemd/systemd-binfmt "$TEST/zz.conf"
            [ -e other ]
            for entry in qemu-*; do cat "$entry" > "$TEST/$entry.systemd"; done
            """);

    assertThat(outcome.status()).as("%s", outcome).isZero();
    requireEntries(".systemd");
  }

  /// The distribution's file has the same entry; the one that is read last counts.
  @Test
  void aRestartOfSystemdBinfmtRestoresOurRules() throws Exception {
    Path ours = written("binfmt.d").getFirst();
    Path etc = Files.createDirectories(folder.resolve("etc-binfmt.d"));
    Files.copy(ours, etc.resolve(ours.getFileName()));
    Files.writeString(
        etc.resolve("qemu-aarch64.conf"),
        Rule.forGuest(GUESTS.getFirst(), Path.of("/usr/bin/env"), Flags.NONE).registerString()
            + "\n");

    Outcome outcome =
        within(
            """
            mount --bind "$TEST/etc-binfmt.d" /etc/binfmt.d
            echo ':other:E::other::/bin/true:' > register
            /usr/lib/systemd/systemd-binfmt || true
            [ ! -e other ]
            for entry in qemu-*; do cat "$entry" > "$TEST/$entry.restart"; done
            """);

    assertThat(outcome.status()).as("%s", outcome).isZero();
    requireEntries(".restart");
  }

  @Test
  void updateBinfmtsImportsEnablesAndRemoves() throws Exception {
    written("update-binfmts");
    unpack("binfmt-support", "libpipeline1");

    Outcome outcome =
        within(
            """
            mkdir "$TEST/admin"
            export LD_LIBRARY_PATH=$(dirname "$(find "$TEST/unpacked" -name 'libpipeline.so.1')")
            binfmts() {
              "$TEST/unpacked/usr/sbin/update-binfmts" --admindir "$TEST/admin" \\
                --importdir "$TEST/update-binfmts/usr/share/binfmts" "$@"
            }
            for format in qemu-aarch64 qemu-s390x qemu-hexagon; do
              binfmts --package anyarch --import "$format"
            done
            binfmts --display | grep -c '(enabled)'
            for entry in qemu-*; do cat "$entry" > "$TEST/$entry.debian"; done
            # As at boot: the kernel has nothing, the database has all.
            for entry in qemu-*; do echo -1 > "$entry"; done
            binfmts --enable
            for entry in qemu-*; do cat "$entry" > "$TEST/$entry.boot"; done
            for format in qemu-aarch64 qemu-s390x qemu-hexagon; do
              binfmts --package anyarch --unimport "$format"
            done
            ls
            """);

    assertThat(outcome.status()).as("%s", outcome).isZero();
    assertThat(outcome.out()).isEqualTo("3\nregister\nstatus\n");
    requireEntries(".debian");
    requireEntries(".boot");
  }

  /// Unpacks Debian packages without installing them.
  private void unpack(String... packages) throws IOException, InterruptedException {
    Path debs = Files.createDirectories(folder.resolve("debs"));
    for (String name : packages) {
      Outcome known = Processes.run(debs, Map.of(), "", List.of("apt-get", "-q", "download", name));
      if (known.status() != 0) {
        Processes.must(debs, "sh", "-c", PRIVATE_APT, "sh", name);
      }
    }
    Path root = Files.createDirectories(folder.resolve("unpacked"));
    try (Stream<Path> files = Files.list(debs)) {
      for (Path deb : files.filter(f -> f.toString().endsWith(".deb")).toList()) {
        Processes.must(debs, "dpkg-deb", "-x", deb.toString(), root.toString());
      }
    }
  }

  /// A machine may have no lists of packages; its own are left alone.
  private static final String PRIVATE_APT =
      """
      mkdir -p lists/partial cache/archives/partial
      set -- "$1" -q -o Dir::State::lists="$PWD/lists" -o Dir::Cache="$PWD/cache" -o APT::Sandbox::User=root
      name=$1; shift
      apt-get "$@" update && apt-get "$@" download "$name"
      """;

  @Test
  void theRecipesAreScriptsThatAShellReads() throws Exception {
    // A job's script stands in its YAML as a block; the job of GitLab is one script.
    String yaml = Files.readString(written("gitlab").getFirst());
    String script =
        yaml.substring(yaml.indexOf("- |\n") + 4, yaml.indexOf("  artifacts:")).indent(-6);
    Path bin = Files.createDirectories(folder.resolve("bin"));
    Path docker = bin.resolve("docker");
    Files.writeString(
        docker,
        """
        #!/bin/sh
        for word; do printf '[%s]' "$word"; done
        echo
        # The first build is not possible here, the second one is.
        case "$*" in *' build '*) [ -e "$TEST/handlers" ] || exit 3 ;; *' install '*) : > "$TEST/handlers" ;; esac
        """);
    Processes.must(folder, "chmod", "755", docker.toString());

    Outcome outcome = run("sh", "-c", "PATH=\"$TEST/bin:$PATH\"\n" + script);

    assertThat(outcome.status()).as("%s", outcome).isZero();
    List<String> calls = outcome.out().lines().toList();
    assertThat(calls).hasSize(3);
    assertThat(calls.get(0))
        .isEqualTo(calls.get(2))
        .contains("[--platform][linux/arm64,linux/s390x]");
    assertThat(calls.get(1))
        .contains("[--pid=host][-v][" + emulators + ":" + emulators + "]")
        .contains("[host][install][--folder=" + emulators + "][linux/arm64][linux/s390x][hexagon]");
  }

  private static final String BASE_POLICY =
      """
      (handleunknown deny)
      (mls true)
      (sid kernel)
      (sidorder (kernel))
      (class process (transition))
      (class filesystem (mount remount unmount getattr associate))
      (class file (ioctl read write create getattr setattr lock append map execute open mounton))
      (class dir (ioctl read write create getattr setattr lock append open search mounton))
      (classorder (process filesystem file dir))
      (sensitivity s0)
      (sensitivityorder (s0))
      (category c0)
      (categoryorder (c0))
      (sensitivitycategory s0 (c0))
      (role system_r)
      (role object_r)
      (user system_u)
      (userrole system_u system_r)
      (userrole system_u object_r)
      (userlevel system_u (s0))
      (userrange system_u ((s0) (s0 (c0))))
      (type kernel_t)
      (type init_t)
      (type PRIVILEGED)
      (type SECOND)
      (type container_t)
      (type EMULATOR)
      (roletype system_r kernel_t)
      (roletype object_r EMULATOR)
      (typeattribute READERS)
      (typeattributeset READERS (kernel_t init_t PRIVILEGED SECOND container_t))
      (sidcontext kernel (system_u system_r kernel_t ((s0) (s0))))
      (allow kernel_t self (process (transition)))
      """;

  private Outcome compiled(PolicyNames names, String more) throws Exception {
    request = request.withSelinux(names).withFolder(EmitRequest.FOLDER);
    Path module = written("selinux").getFirst();
    String base =
        BASE_POLICY
            .replace("PRIVILEGED", names.writers().getFirst())
            .replace("SECOND", names.writers().size() > 1 ? names.writers().get(1) : "other_t")
            .replace("EMULATOR", names.emulator())
            .replace("READERS", names.readers());
    Files.writeString(folder.resolve("base.cil"), base);
    Files.writeString(folder.resolve("more.cil"), more);
    return run(
        "secilc", "-o", "policy", "-f", "contexts", "base.cil", module.toString(), "more.cil");
  }

  @Test
  void theModuleIsCompiledAndGivesWhatItSays() throws Exception {
    for (PolicyNames names : List.of(PolicyNames.CONTAINER_SELINUX, PolicyNames.BOTTLEROCKET)) {
      String type = names.type();
      Outcome outcome =
          compiled(
              names,
              "(neverallow container_t "
                  + type
                  + " (file (write append setattr)))\n(neverallow container_t "
                  + type
                  + " (filesystem (mount remount unmount)))\n");
      assertThat(outcome.status()).as("%s", outcome).isZero();
      assertThat(Files.readString(folder.resolve("contexts")))
          .isEqualTo(
              "/var/lib/anyarch/emulators(/.*)?\tsystem_u:object_r:" + names.emulator() + ":s0\n");

      // A rule is there if forbidding it breaks the policy.
      for (String rule :
          List.of(
              names.writers().getFirst() + " " + type + " (file (write))",
              names.writers().getFirst() + " " + type + " (filesystem (mount))",
              "init_t " + type + " (file (write))",
              "container_t " + type + " (file (read))",
              "container_t " + names.emulator() + " (file (map))")) {
        Outcome forbidden = compiled(names, "(neverallow " + rule + ")\n");
        assertThat(forbidden.status()).as("%s: %s", rule, forbidden).isNotZero();
        assertThat(forbidden.err()).contains("neverallow check failed");
      }
    }
  }
}
