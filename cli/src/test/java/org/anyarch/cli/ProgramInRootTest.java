package org.anyarch.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.anyarch.binfmt.Instance;
import org.anyarch.elf.ElfProbe;
import org.anyarch.emulator.EmulatorException;
import org.anyarch.emulator.Emulators;
import org.anyarch.platform.Guest;
import org.anyarch.platform.Platform;
import org.anyarch.session.Account;
import org.anyarch.session.ContainerSpec;
import org.anyarch.session.Handlers;
import org.anyarch.session.NativeGuests;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What can be executed in a root, seen before a runtime is started.
final class ProgramInRootTest {
  private static final Guest HOST = Guest.of(Platform.host()).orElseThrow();
  private static final Guest OTHER =
      Guest.named(HOST.qemu().equals("s390x") ? "riscv64" : "s390x").orElseThrow();

  @TempDir private Path folder;

  @BeforeEach
  void folders() throws IOException {
    Files.createDirectories(folder.resolve("root/bin"));
    Files.createDirectory(folder.resolve("instance"));
    file("native", ElfProbe.exiting(HOST, 0));
    file("foreign", ElfProbe.exiting(OTHER, 0));
  }

  private void file(String name, byte[] content) throws IOException {
    Path file = Files.write(folder.resolve("root/bin/" + name), content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private void script(String name, String firstLine) throws IOException {
    file(name, (firstLine + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private void require(String program)
      throws CommandException, IOException, InterruptedException, EmulatorException {
    ContainerSpec spec =
        new ContainerSpec(
            folder.resolve("root"),
            false,
            new ContainerSpec.Program(
                List.of(program), Map.of("PATH", "/bin"), "/", Account.ROOT, false, false),
            List.of());
    Handlers handlers =
        new Handlers(
            Instance.at(folder.resolve("instance")),
            Emulators.of(folder.resolve("store"), Map.of(), _ -> {}),
            new NativeGuests(Platform.host(), List.of(folder)));
    new ProgramInRoot(spec, "oci:shown", handlers).require();
  }

  private void refused(String program, int code, String... words) {
    CommandException e = catchThrowableOfType(CommandException.class, () -> require(program));
    assertThat(e).as(program).isNotNull();
    assertThat(e.exitCode()).isEqualTo(code);
    assertThat(e).hasMessageContaining("oci:shown").message().contains(words);
    assertThat(e.getMessage()).doesNotContain(folder.toString());
  }

  @Test
  void whatRunsIsLeftAlone() throws Exception {
    script("script", "#! /bin/native -x");
    script("twice", "#!/bin/script");

    require("native");
    require("/bin/script");
    require("twice");
  }

  @Test
  void whatIsNotThereIs127() throws IOException {
    script("orphan", "#!/nonexistent");

    refused("nosuch", 127, "nosuch: not found in");
    refused("orphan", 127, "/nonexistent", "not there");
  }

  @Test
  void whatCannotBeExecutedIs126() throws IOException {
    script("garbage", "hello");
    script("loop", "#!/bin/loop");
    script("empty", "#!");
    file("nothing", new byte[0]);

    refused("garbage", 126, "neither");
    refused("nothing", 126, "neither");
    refused("loop", 126, "no program");
    refused("empty", 126, "no program");
    refused("/bin", 126, "not an executable file");
  }

  @Test
  void aForeignProgramNeedsAHandlerOfTheSession() throws Exception {
    script("script", "#!/bin/foreign");
    refused("foreign", 126, "--platform " + OTHER.platform().orElseThrow());
    refused("script", 126, "/bin/foreign", "--platform");

    Files.writeString(
        folder.resolve("instance/qemu-x"),
        "enabled\ninterpreter /q\nflags: POCF\noffset 0\nmagic "
            + OTHER.magic()
            + "\nmask "
            + OTHER.mask()
            + "\n");
    require("foreign");
    require("script");
  }

  @Test
  void aNameWithoutARootSaysSo() {
    assertThatThrownBy(() -> require("./nosuch")).hasMessageContaining("not found in oci:shown");
  }
}
