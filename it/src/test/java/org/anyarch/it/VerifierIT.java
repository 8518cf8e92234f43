package org.anyarch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.anyarch.binfmt.Flags;
import org.anyarch.binfmt.Rule;
import org.anyarch.binfmt.RuleException;
import org.anyarch.elf.ElfProbe;
import org.anyarch.host.Outcome.Exited;
import org.anyarch.host.Outcome.Failed;
import org.anyarch.host.Outcome.Signalled;
import org.anyarch.host.Setting;
import org.anyarch.host.Verdict;
import org.anyarch.host.Verifier;
import org.anyarch.host.VerifierException;
import org.anyarch.kernel.Errno;
import org.anyarch.platform.Guest;
import org.anyarch.platform.Platform;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What becomes of probes under handlers of every kind. The helper that the verifier starts is a
/// script that makes a user and mount namespace, prepares handlers there, and becomes the real one.
@Timeout(value = 2, unit = TimeUnit.MINUTES)
final class VerifierIT {
  private static final Path HELPER =
      Machine.tree().resolve("dist/target/anyarch/libexec/anyarch-probe");
  private static final Guest HOST = Guest.of(Platform.host()).orElseThrow();
  private static final Guest S390X = Guest.named("s390x").orElseThrow();
  private static final Guest SPARC64 = Guest.named("sparc64").orElseThrow();
  private static final Errno ETIMEDOUT = new Errno(110);
  private static final Flags FIX = Flags.POCF;

  private final Actor actor = Machine.root();
  private Path folder;

  @BeforeEach
  void makeTheFolder() throws IOException {
    folder = Files.createDirectory(actor.folder().resolve("probes"));
  }

  private Verifier within(String preparation) throws IOException {
    Path inside =
        actor.write(
            "inside",
            "set -e\nmount -t binfmt_misc none /proc/sys/fs/binfmt_misc\n"
                + preparation
                + "\nexec '%s' \"$@\"\n".formatted(HELPER));
    return helper("exec unshare -Urm sh '%s' \"$@\"".formatted(inside));
  }

  private Verifier helper(String script) throws IOException {
    Path helper = actor.write("helper", "#!/bin/sh\n" + script + "\n");
    Processes.must(actor.folder(), "chmod", "755", helper.toString());
    return new Verifier(helper);
  }

  private Map<Guest, Verdict> verify(Verifier verifier, Guest... guests)
      throws VerifierException, InterruptedException {
    Map<Guest, Verdict> verdicts = verifier.verify(Optional.empty(), folder, Arrays.asList(guests));
    assertThat(folder).isEmptyDirectory();
    return verdicts;
  }

  /// The shell's words that register a handler.
  private String register(Guest guest, Path interpreter, Flags flags)
      throws IOException, RuleException {
    Path rule =
        actor.write(
            "rule-" + guest.qemu(), Rule.forGuest(guest, interpreter, flags).registerString());
    return "cat '" + rule + "' > /proc/sys/fs/binfmt_misc/register\n";
  }

  private static Path emulator(Guest guest) {
    return Machine.emulators().resolve("qemu-" + guest.qemu() + "-static");
  }

  private Path program(String name, byte[] content) throws IOException {
    Path program = Files.write(actor.folder().resolve(name), content);
    Processes.must(actor.folder(), "chmod", "755", program.toString());
    return program;
  }

  private Verdict with(Path interpreter, Flags flags)
      throws IOException, RuleException, VerifierException, InterruptedException {
    return verify(within(register(S390X, interpreter, flags)), S390X).get(S390X);
  }

  private static void assertOutcomes(
      Verdict verdict, org.anyarch.host.Outcome process, org.anyarch.host.Outcome container) {
    assertThat(verdict.outcomes())
        .isEqualTo(Map.of(Setting.PROCESS, process, Setting.CONTAINER, container));
  }

  private static Failed exec(Errno errno) {
    return new Failed("exec", errno);
  }

  @Test
  void aHandlerWithFWorksAndAGuestWithoutOneDoesNot()
      throws IOException, RuleException, VerifierException, InterruptedException {
    Map<Guest, Verdict> verdicts =
        verify(within(register(S390X, emulator(S390X), FIX)), S390X, SPARC64);

    assertThat(verdicts.get(S390X).works()).isTrue();
    assertOutcomes(verdicts.get(SPARC64), exec(Errno.ENOEXEC), exec(Errno.ENOEXEC));
    assertThat(verdicts.get(SPARC64).meaning(Setting.PROCESS)).contains("no handler");
  }

  @Test
  void aHandlerWithoutFFailsInContainersAlone()
      throws IOException, RuleException, VerifierException, InterruptedException {
    Verdict verdict = with(emulator(S390X), Flags.NONE);

    assertThat(verdict.works(Setting.PROCESS)).isTrue();
    assertThat(verdict.outcome(Setting.CONTAINER)).isEqualTo(exec(Errno.ENOENT));
    assertThat(verdict.meaning(Setting.CONTAINER)).contains("without flag F");
  }

  @Test
  void aHandlerWhoseInterpreterIsGoneFailsBothWays()
      throws IOException, RuleException, VerifierException, InterruptedException {
    Verdict verdict = with(Path.of("/there/is/none"), Flags.NONE);

    assertOutcomes(verdict, exec(Errno.ENOENT), exec(Errno.ENOENT));
    assertThat(verdict.meaning(Setting.CONTAINER)).contains("is not there");
  }

  @Test
  void aDynamicInterpreterThatIsNoEmulatorIsSeenToBeBoth()
      throws IOException, RuleException, VerifierException, InterruptedException {
    Verdict verdict = with(Path.of("/bin/true").toRealPath(), FIX);

    assertOutcomes(verdict, new Exited(0), exec(Errno.ENOENT));
    assertThat(verdict.meaning(Setting.PROCESS)).contains("exited with 0 instead of 42");
    assertThat(verdict.meaning(Setting.CONTAINER)).contains("needs a loader");
  }

  @Test
  void aHandlerThatMatchesItsOwnInterpreterGoesRoundInCircles()
      throws IOException, RuleException, VerifierException, InterruptedException {
    Path own = program("own", ElfProbe.exiting(S390X, 0));
    Verdict verdict = with(own, new Flags(false, false, false, true));
    // With O the kernel refuses to keep a second file open before it has gone round five times.
    Verdict open = with(own, FIX);

    assertOutcomes(verdict, exec(Errno.ELOOP), exec(Errno.ELOOP));
    assertOutcomes(open, exec(Errno.ENOEXEC), exec(Errno.ENOEXEC));
    assertThat(open.meaning(Setting.PROCESS)).contains("matches its own interpreter");
  }

  @Test
  void anInterpreterThatMayNotBeExecutedIsToldFromAFolderThatForbidsIt()
      throws IOException, RuleException, VerifierException, InterruptedException {
    Path interpreter = program("interpreter", ElfProbe.exiting(HOST, 42));
    Processes.must(actor.folder(), "chmod", "644", interpreter.toString());
    Verdict without = with(interpreter, Flags.NONE);
    Verdict noexec =
        verify(
                within(
                    register(S390X, emulator(S390X), FIX)
                        + "mount -t tmpfs -o noexec none '%s'".formatted(folder)),
                S390X)
            .get(S390X);

    assertOutcomes(without, exec(Errno.EACCES), exec(Errno.ENOENT));
    assertOutcomes(noexec, exec(Errno.EACCES), new Exited(42));
    assertThat(noexec.meaning(Setting.PROCESS)).contains("mounted noexec");
  }

  @Test
  void anInterpreterThatCrashesIsSaidToHaveDoneSo()
      throws IOException, RuleException, VerifierException, InterruptedException {
    byte[] crashing = ElfProbe.exiting(HOST, 42);
    // Zeros are no code that any host gets through.
    Arrays.fill(crashing, 64 + 56, crashing.length, (byte) 0);

    Verdict verdict = with(program("crashing", crashing), FIX);

    for (Setting way : Setting.values()) {
      assertThat(verdict.outcome(way)).isIn(new Signalled(4), new Signalled(11));
      assertThat(verdict.meaning(way)).contains("killed by SIG");
    }
  }

  @Test
  void whatDoesNotEndIsKilledWithAllThatItStarted()
      throws IOException, RuleException, VerifierException, InterruptedException {
    Path hanging =
        program(
            "hanging",
            "#!/bin/sh\ntrap '' TERM INT\ntail -f \"$0\" &\nwait\n"
                .getBytes(StandardCharsets.UTF_8));

    Verdict verdict = with(hanging, Flags.NONE);

    assertOutcomes(verdict, new Failed("time", ETIMEDOUT), exec(Errno.ENOENT));
    awaitSilence();
  }

  @Test
  void everyGuestRunsBothWaysInAPrivateSession()
      throws IOException, VerifierException, InterruptedException {
    Verifier verifier =
        helper(
            "ANYARCH_EMULATORS='%s' exec '%s' exec -- '%s' \"$@\""
                .formatted(Machine.emulators(), Machine.anyarch(), HELPER));

    Map<Guest, Verdict> verdicts = verify(verifier, Guest.all().toArray(Guest[]::new));

    assertThat(verdicts.keySet()).containsExactlyElementsOf(Guest.all());
    assertThat(verdicts.values()).allMatch(Verdict::works);
  }

  @Test
  void theFolderIsThatOfTheNamespaceGiven()
      throws IOException, RuleException, VerifierException, InterruptedException {
    Path ready = actor.folder().resolve("ready");
    Path holder =
        actor.write(
            "holder",
            "mount -t tmpfs none '%1$s' && mkdir '%1$s/inner' && echo > '%2$s' && exec tail -f /dev/null\n"
                .formatted(folder, ready));
    Verifier verifier =
        within(
            register(S390X, emulator(S390X), FIX)
                + """
                mkfifo '%1$s'
                unshare -m sh '%2$s' >&2 &
                read _ < '%1$s'
                '%3$s' --ns /proc/$!/ns/mnt "$3"
                kill $!
                exit 0
                """
                    .formatted(ready, holder, HELPER));

    Map<Guest, Verdict> verdicts =
        verifier.verify(
            Optional.of(Path.of("the-holders")), folder.resolve("inner"), List.of(S390X));

    assertThat(verdicts.get(S390X).works()).isTrue();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aNamespaceOrFolderThatCannotBeHadIsNoVerdict() throws IOException {
    Verifier verifier = within("");
    Path none = folder.resolve("none");

    assertThatThrownBy(
            () -> verifier.verify(Optional.of(Path.of("/proc/1/ns/mnt")), folder, List.of(S390X)))
        .isInstanceOf(VerifierException.class)
        .hasMessageContaining("the mount namespace /proc/1/ns/mnt: Permission denied");
    assertThatThrownBy(() -> verifier.verify(Optional.empty(), none, List.of(S390X)))
        .isInstanceOf(VerifierException.class)
        .hasMessageContaining("cannot open the folder " + none + ": No such file or directory");
  }

  @Test
  void anOrdinaryUserIsToldWhatItMayNotTry()
      throws IOException, VerifierException, InterruptedException {
    Actor user = Machine.user();
    Path copy = user.folder().resolve("anyarch-probe");
    Processes.must(user.folder(), "cp", HELPER.toString(), copy.toString());
    Verifier verifier =
        helper("exec " + String.join(" ", user.as(Map.of(), List.of(copy.toString()))) + " \"$@\"");

    Verdict verdict = verifier.verify(Optional.empty(), user.folder(), List.of(HOST)).get(HOST);

    assertOutcomes(verdict, new Exited(42), new Failed("unshare", Errno.EPERM));
    assertThat(verdict.meaning(Setting.CONTAINER)).contains("CAP_SYS_ADMIN");
    assertThat(leftovers(user.folder())).isEmpty();
  }

  @Test
  void killedItLeavesOneFileThatTheNextOneRemoves()
      throws IOException, RuleException, VerifierException, InterruptedException {
    Path started = actor.folder().resolve("started");
    Processes.must(actor.folder(), "mkfifo", started.toString());
    String hanging =
        "#!/bin/sh\necho > '%s'\ntail -f '%s/rule-s390x'\n".formatted(started, actor.folder());
    Path interpreter = program("hanging", hanging.getBytes(StandardCharsets.UTF_8));
    within(register(S390X, interpreter, Flags.NONE));
    String mounts = Files.readString(Path.of("/proc/self/mountinfo"));
    // The script and what it becomes are one process.
    Process process =
        new ProcessBuilder(actor.folder().resolve("helper").toString(), folder.toString())
            .redirectErrorStream(true)
            .start();
    try (OutputStream input = process.getOutputStream()) {
      byte[] program = ElfProbe.exiting(S390X, 42);
      input.write(("s390x " + program.length + "\n").getBytes(StandardCharsets.US_ASCII));
      input.write(program);
    }
    assertThat(started).hasContent("\n");

    process.destroyForcibly().waitFor();

    awaitSilence();
    assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).isEqualTo(mounts);
    assertThat(leftovers(folder)).hasSize(1);
    Files.writeString(folder.resolve("another's"), "");
    new Verifier(HELPER).verify(Optional.empty(), folder, List.of(HOST));
    assertThat(leftovers(folder)).isEmpty();
    assertThat(folder.resolve("another's")).exists();
  }

  private static List<String> leftovers(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(f -> f.getFileName().toString())
          .filter(n -> n.startsWith(".anyarch-probe-"))
          .toList();
    }
  }

  /// The kernel takes a moment to kill a PID namespace.
  private void awaitSilence() {
    String marker = actor.folder().toString();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (ProcessHandle.allProcesses()
        .anyMatch(p -> p.info().commandLine().filter(c -> c.contains(marker)).isPresent())) {
      assertThat(System.nanoTime()).as("processes of %s are left", marker).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }
}
