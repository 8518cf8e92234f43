package org.anyarch.host.emit;

import static org.anyarch.host.emit.Readers.at;
import static org.anyarch.host.emit.Readers.only;
import static org.anyarch.host.emit.Readers.request;
import static org.anyarch.host.emit.Readers.unit;
import static org.anyarch.host.emit.Readers.yaml;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.anyarch.binfmt.BinfmtD;
import org.anyarch.binfmt.Flags;
import org.anyarch.binfmt.Rule;
import org.anyarch.platform.Platform;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EmittersTest {
  @Test
  void everyKindWritesTextThatEndsItsLinesAndSaysItsVersion() throws EmitException {
    List<String> names = new ArrayList<>();
    for (Emitter emitter : Emitters.all()) {
      names.add(emitter.name());
      assertThat(emitter.summary()).isNotBlank();
      List<Emission> emissions = Emitters.emit(emitter.name(), request());
      assertThat(emissions).isNotEmpty().isEqualTo(Emitters.emit(emitter.name(), request()));
      for (Emission emission : emissions) {
        assertThat(emission.content()).endsWith("\n").doesNotContain("\t").doesNotContain("null");
        assertThat(emission.how()).isNotEmpty().allMatch(h -> !h.contains("\n"));
        assertThat(emission.mode()).isEqualTo(0644);
        assertThat(emission.content().lines()).allMatch(l -> l.equals(l.stripTrailing()));
      }
    }
    assertThat(names)
        .containsExactly(
            "systemd",
            "binfmt.d",
            "update-binfmts",
            "bottlerocket",
            "daemonset",
            "quadlet",
            "github",
            "gitlab",
            "jenkins",
            "selinux");
  }

  @Test
  void anUnknownKindIsAnsweredWithTheNearest() {
    assertThatThrownBy(() -> Emitters.emit("deamonset", request()))
        .isInstanceOf(EmitException.class)
        .hasMessageContaining("did you mean daemonset?")
        .hasMessageContaining("quadlet");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bottlerocket", "daemonset", "quadlet", "github", "gitlab", "jenkins"})
  void whatNeedsAnImageSaysSo(String kind) {
    assertThatThrownBy(() -> Emitters.emit(kind, request().withImage("")))
        .isInstanceOf(EmitException.class)
        .hasMessageContaining("--image");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "x\ny", "--privileged", "a;b", "${{x}}", "a'b", "a\"b", "\u00e4"})
  void whatIsNoImageIsRefused(String image) {
    assertThatThrownBy(() -> Emitters.emit("github", request().withImage(image)))
        .isInstanceOf(EmitException.class)
        .message()
        .contains("no reference of a container image")
        .doesNotContain("\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"relative", "/", "/a/../b", "/a:b", "/a\nb", "/a ", "/${{ x }}"})
  void aFolderThatEnginesWouldMisreadIsRefused(String folder) {
    assertThatThrownBy(() -> Emitters.emit("daemonset", request().withFolder(Path.of(folder))))
        .isInstanceOf(EmitException.class)
        .message()
        .contains("must be absolute")
        .doesNotContain("\n");
  }

  @Test
  void noPlatformIsNoRequest() {
    assertThatThrownBy(() -> Emitters.emit("binfmt.d", EmitRequest.of(List.of(), "1")))
        .isInstanceOf(EmitException.class)
        .hasMessageContaining("no platform");
  }

  @ParameterizedTest
  @ValueSource(strings = {"binfmt.d", "update-binfmts", "systemd"})
  void aRuleForTheHostsOwnProgramsIsRefused(String kind) {
    assertThatThrownBy(
            () -> Emitters.emit(kind, request().withHost(new Platform("linux", "arm64", "v8"))))
        .isInstanceOf(EmitException.class)
        .hasMessageContaining("aarch64")
        .hasMessageContaining("through an emulator");
  }

  @Test
  void binfmtDHoldsTheRulesAndIsReadLast() throws EmitException {
    Emission emission =
        only("binfmt.d", request().withInterpreters(Map.of("arm", Path.of("/q/arm-1"))));

    BinfmtD.Content content = BinfmtD.parse(emission.content());

    assertThat(content.faults()).isEmpty();
    assertThat(content.lines())
        .extracting(BinfmtD.Line::rule)
        .containsExactly(
            rule("linux/arm64", "/var/lib/anyarch/emulators/qemu-aarch64"),
            rule("linux/arm/v7", "/q/arm-1"),
            rule("hexagon", "/var/lib/anyarch/emulators/qemu-hexagon"));
    assertThat(emission.path().compareTo("/etc/binfmt.d/qemu-xtensaeb.conf")).isPositive();
    assertThat(emission.how())
        .contains(
            "install -D -m 755 \"$(/usr/local/bin/anyarch emulator path aarch64)\""
                + " /var/lib/anyarch/emulators/qemu-aarch64")
        .noneMatch(h -> h.contains("emulator path arm)"));
  }

  private static Rule rule(String guest, String interpreter) {
    return Rule.forGuest(Readers.guest(guest), Path.of(interpreter), Flags.POCF);
  }

  @Test
  void unitsInstallOnlyWhatIsMissing() throws EmitException {
    List<Emission> emissions = Emitters.emit("systemd", request());
    assertThat(emissions)
        .extracting(Emission::path)
        .containsExactly(
            BinfmtDEmitter.PATH,
            "/etc/systemd/system/anyarch-host-install.service",
            "/etc/systemd/system/anyarch-host-keep.service");

    var install = unit(emissions.get(1).content());
    assertThat(install.get("Unit").get("ConditionPathExists"))
        .containsExactly(
            "|!/proc/sys/fs/binfmt_misc/qemu-aarch64",
            "|!/proc/sys/fs/binfmt_misc/qemu-arm",
            "|!/proc/sys/fs/binfmt_misc/qemu-hexagon");
    assertThat(install.get("Service").get("ExecStart"))
        .containsExactly("/usr/local/bin/anyarch host install linux/arm64 linux/arm/v7 hexagon");
    assertThat(install.get("Service")).doesNotContainKeys("ProtectSystem", "PrivateTmp");

    var keep = unit(emissions.get(2).content());
    assertThat(keep.get("Service").get("ExecStart"))
        .containsExactly("/usr/local/bin/anyarch host keep linux/arm64 linux/arm/v7 hexagon");
    assertThat(keep.get("Service").get("Restart")).containsExactly("always");
  }

  @Test
  void whatIsNotTheDefaultIsSaidToAnyarchToo() throws EmitException {
    EmitRequest request =
        request()
            .withFlags(new Flags(true, false, false, true))
            .withFolder(Path.of("/opt/100% mine"))
            .withProgram(Path.of("/opt/any arch/bin/anyarch"));

    var install = unit(Emitters.emit("systemd", request).get(1).content());

    assertThat(install.get("Service").get("ExecStart"))
        .containsExactly(
            "\"/opt/any arch/bin/anyarch\" host install --flags=PF \"--folder=/opt/100%% mine\""
                + " linux/arm64 linux/arm/v7 hexagon");
    assertThat(install.get("Unit").get("RequiresMountsFor")).containsExactly("\"/opt/100%% mine\"");
  }

  @Test
  void formatFilesAreOneAGuest() throws EmitException {
    List<Emission> emissions = Emitters.emit("update-binfmts", request());

    assertThat(emissions)
        .extracting(Emission::path)
        .containsExactly(
            "/usr/share/binfmts/qemu-aarch64",
            "/usr/share/binfmts/qemu-arm",
            "/usr/share/binfmts/qemu-hexagon");
    assertThat(emissions.getFirst().content())
        .contains("interpreter /var/lib/anyarch/emulators/qemu-aarch64\n")
        .contains("magic \\x7f\\x45\\x4c\\x46\\x02\\x01")
        .contains("credentials yes\npreserve yes\nfix_binary yes\n");
    assertThatThrownBy(
            () ->
                Emitters.emit(
                    "update-binfmts", request().withFlags(new Flags(false, true, false, true))))
        .isInstanceOf(EmitException.class)
        .hasMessageContaining("no flag O");
  }

  @Test
  void bottlerocketsUserDataIsToml() throws EmitException {
    var settings = Readers.toml(only("bottlerocket", request()).content()).at("/settings");
    var container = settings.at("/bootstrap-containers/anyarch");

    assertThat(settings.propertyNames()).containsExactly("bootstrap-containers");
    assertThat(container.propertyNames())
        .containsExactlyInAnyOrder("source", "mode", "essential", "user-data");
    assertThat(container.at("/source").stringValue()).isEqualTo(request().image());
    assertThat(container.at("/mode").stringValue()).isEqualTo("always");
    assertThat(container.at("/essential").booleanValue()).isFalse();
    assertThat(
            new String(
                Base64.getDecoder().decode(container.at("/user-data").stringValue()),
                StandardCharsets.UTF_8))
        .isEqualTo("host\ninstall\nlinux/arm64\nlinux/arm/v7\nhexagon\n");
  }

  @Test
  void bottlerocketGetsACommandOnlyWhenItMay() throws EmitException {
    var container =
        Readers.toml(only("bottlerocket", request().withBootstrapCommand(true)).content())
            .at("/settings/bootstrap-containers/anyarch");

    assertThat(container.at("/command").valueStream().map(n -> n.stringValue()).toList())
        .containsExactly("anyarch", "host", "install", "linux/arm64", "linux/arm/v7", "hexagon");
  }

  @Test
  void aQuadletHasItsSections() throws EmitException {
    var container = unit(only("quadlet", request()).content()).get("Container");

    assertThat(container.get("Image")).containsExactly(request().image());
    assertThat(container.get("Exec")).containsExactly("host keep linux/arm64 linux/arm/v7 hexagon");
    assertThat(container.get("Volume")).containsExactly("/var/lib/anyarch:/var/lib/anyarch:z");
    EmitRequest elsewhere = request().withFolder(Path.of("/opt/100% mine"));
    assertThat(unit(only("quadlet", elsewhere).content()).get("Container").get("Volume"))
        .containsExactly("/opt/100%% mine:/opt/100%% mine:z");
  }

  @Test
  void theWorkflowTriesPrivatelyFirst() throws EmitException {
    Object workflow = yaml(only("github", request()).content()).getFirst();

    assertThat(at(workflow, "on")).isEqualTo(List.of("push", "pull_request"));
    assertThat(at(workflow, "permissions", "contents")).isEqualTo("read");
    Object steps = at(workflow, "jobs", "build", "steps");
    assertThat((List<?>) steps).hasSize(4);
    assertThat((String) at(steps, 1, "run"))
        .contains("--platform linux/arm64,linux/arm/v7 ")
        .doesNotContain("pid=host");
    assertThat(at(steps, 2, "if")).isEqualTo("steps.private.outputs.status == '3'");
    assertThat((String) at(steps, 2, "run"))
        .contains("--pid=host")
        .contains("host install linux/arm64");
  }

  @Test
  void theJobOfGitlabIsOneScript() throws EmitException {
    Object job = at(yaml(only("gitlab", request()).content()).getFirst(), "anyarch");

    assertThat((List<?>) at(job, "script")).hasSize(1);
    assertThat((String) at(job, "script", 0))
        .startsWith("set -e\nstatus=0\ndocker run --rm --privileged -v \"$PWD:/work\"")
        .contains("\n  docker run --rm --privileged --pid=host ");
  }

  @Test
  void thePipelineQuotesItsCommands() throws EmitException {
    assertThat(only("jenkins", request().withFolder(Path.of("/opt/it's mine"))).content())
        .contains("'docker run --rm --privileged --pid=host -v \\'/opt/it\\'\\\\\\'\\'s mine:");
  }

  @Test
  void aPlatformWithoutImagesCannotBeBuiltFor() {
    EmitRequest request =
        EmitRequest.of(List.of(Readers.guest("hexagon")), "1").withImage("anyarch");
    assertThatThrownBy(() -> Emitters.emit("github", request))
        .isInstanceOf(EmitException.class)
        .hasMessageContaining("no container images exist for hexagon");
  }

  @Test
  void namesOfAPolicyCannotBeCode() {
    PolicyNames names = PolicyNames.CONTAINER_SELINUX;
    PolicyNames evil =
        new PolicyNames(
            "x) (allow a b (file (write)))",
            names.writers(),
            List.of(),
            names.readers(),
            names.container(),
            names.emulator(),
            List.of());
    assertThatThrownBy(() -> Emitters.emit("selinux", request().withSelinux(evil)))
        .isInstanceOf(EmitException.class)
        .hasMessageContaining("no name of a type");
    assertThatThrownBy(() -> Emitters.emit("selinux", request().withFolder(Path.of("/a\"b"))))
        .isInstanceOf(EmitException.class)
        .hasMessageContaining("SELinux module");
  }
}
