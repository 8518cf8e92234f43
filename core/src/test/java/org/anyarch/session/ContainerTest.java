package org.anyarch.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Containers as they are described and started; that the runtimes take it is tried in the
/// integration tests.
final class ContainerTest {
  @TempDir private Path folder;

  private static ContainerSpec spec(boolean narrow) {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("Z", "1");
    environment.put("A", "2");
    return new ContainerSpec(
        Path.of("/root-folder"),
        true,
        new ContainerSpec.Program(
            List.of("a", "b c"),
            environment,
            "/work",
            new Account(33, 44, List.of(50), "/srv"),
            true,
            narrow),
        List.of(new ContainerSpec.Bind(Path.of("/etc/resolv.conf"), "/etc/resolv.conf", false)));
  }

  private static JsonNode config(ContainerSpec spec) {
    return JsonMapper.shared().readTree(new ContainerConfig(spec, Limits.parse(List.of())).json());
  }

  private static List<String> texts(JsonNode array, String field) {
    List<String> texts = new ArrayList<>();
    for (JsonNode one : array) {
      texts.add(field.isEmpty() ? one.stringValue() : one.get(field).stringValue());
    }
    return texts;
  }

  @Test
  void theConfigurationSaysWhatTheSpecSays() {
    JsonNode config = config(spec(false));

    assertThat(config.get("ociVersion").stringValue()).startsWith("1.");
    JsonNode process = config.get("process");
    assertThat(texts(process.get("args"), "")).containsExactly("a", "b c");
    assertThat(texts(process.get("env"), "")).containsExactly("Z=1", "A=2");
    assertThat(process.get("cwd").stringValue()).isEqualTo("/work");
    assertThat(process.get("terminal").booleanValue()).isTrue();
    assertThat(process.get("user").get("uid").intValue()).isEqualTo(33);
    assertThat(process.get("user").get("additionalGids").get(0).intValue()).isEqualTo(50);
    assertThat(texts(process.get("capabilities").get("bounding"), ""))
        .contains("CAP_CHOWN")
        .doesNotContain("CAP_SYS_ADMIN", "CAP_SYS_PTRACE");
    assertThat(config.get("root").get("readonly").booleanValue()).isTrue();
    assertThat(texts(config.get("mounts"), "destination"))
        .contains("/proc", "/sys", "/dev", "/etc/resolv.conf");
    assertThat(texts(config.get("linux").get("maskedPaths"), "")).contains("/proc/kcore");
    assertThat(texts(config.get("linux").get("readonlyPaths"), "")).contains("/proc/sys");
  }

  @Test
  void theCapabilitiesAreThoseThatEnginesGive() {
    JsonNode sets = config(spec(false)).get("process").get("capabilities");

    for (String set : List.of("bounding", "effective", "permitted")) {
      assertThat(texts(sets.get(set), ""))
          .as(set)
          .containsExactlyInAnyOrder(
              "CAP_AUDIT_WRITE",
              "CAP_CHOWN",
              "CAP_DAC_OVERRIDE",
              "CAP_FOWNER",
              "CAP_FSETID",
              "CAP_KILL",
              "CAP_MKNOD",
              "CAP_NET_BIND_SERVICE",
              "CAP_NET_RAW",
              "CAP_SETFCAP",
              "CAP_SETGID",
              "CAP_SETPCAP",
              "CAP_SETUID",
              "CAP_SYS_CHROOT");
    }
    assertThat(sets.has("inheritable")).isFalse();
    assertThat(sets.has("ambient")).isFalse();
  }

  @Test
  void anInsecureContainerIsNotConfined() {
    ContainerSpec plain = spec(false);
    Confinement open =
        new Confinement(
            true, Confinement.Network.NONE, 1024, List.of(Confinement.Limit.of("nofile", 1, -1)));
    ContainerSpec spec =
        new ContainerSpec(plain.root(), false, plain.program(), List.of(), open, Optional.empty());

    JsonNode config = config(spec);

    assertThat(config.get("linux").has("seccomp")).isFalse();
    assertThat(config.get("linux").has("maskedPaths")).isFalse();
    assertThat(texts(config.get("linux").get("namespaces"), "type")).contains("network");
    assertThat(texts(config.get("process").get("capabilities").get("bounding"), ""))
        .contains("CAP_SYS_ADMIN");
    JsonNode limit = config.get("process").get("rlimits").get(0);
    assertThat(limit.get("type").stringValue()).isEqualTo("RLIMIT_NOFILE");
    assertThat(limit.get("hard").asString()).isEqualTo("18446744073709551615");
  }

  @Test
  void aNetworkNamespaceIsJoined() {
    ContainerSpec plain = spec(false);
    Path network = Path.of("/run/network");
    ContainerSpec spec =
        new ContainerSpec(
            plain.root(),
            false,
            plain.program(),
            List.of(),
            Confinement.DEFAULT,
            Optional.of(network));

    assertThat(config(spec).get("linux").get("namespaces").toString())
        .contains("{\"type\":\"network\",\"path\":\"/run/network\"}");
    assertThat(config(plain).get("linux").get("namespaces").toString()).doesNotContain("network");
  }

  @Test
  void anInitStandsBeforeTheProgram() {
    ContainerSpec spec = spec(false).withInit(Path.of("/bin/init"));

    assertThat(spec.program().arguments()).containsExactly("/dev/anyarch-init", "a", "b c");
    assertThat(spec.mountTargets()).contains("/dev/anyarch-init", "/etc/resolv.conf");
  }

  private Path program(String name) throws IOException {
    Path file = Files.createFile(folder.resolve(name));
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void runcAndCrunAreTalkedToInTheirOwnWords() throws IOException {
    List<String> runc = new OciRuntime(program("runc"), folder).prepare("x", spec(false)).command();
    List<String> crun = new OciRuntime(program("crun"), folder).prepare("y", spec(true)).command();

    assertThat(runc).containsSequence("--rootless", "true").endsWith("x");
    assertThat(crun).containsSequence("--cgroup-manager", "disabled").endsWith("y");
    assertThat(crun).startsWith("setarch", "linux32");
    assertThat(folder.resolve("bundles/x/config.json")).isNotEmptyFile();
  }

  @Test
  void theRuntimeIsTheOneAskedForOrTheFirstOfTheField() throws IOException, SessionException {
    Path crun = program("crun");
    Map<String, String> path = Map.of("PATH", folder.toString());

    assertThat(OciRuntime.find(Map.of(OciRuntime.VARIABLE, crun.toString()), folder).program())
        .isEqualTo(crun);
    assertThat(
            OciRuntime.find(Map.of("PATH", folder.toString(), OciRuntime.VARIABLE, "crun"), folder)
                .program())
        .isEqualTo(crun);
    Path runc = program("runc");
    assertThat(OciRuntime.find(path, folder).program()).isEqualTo(runc);
  }

  @Test
  void aRuntimeThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> OciRuntime.find(Map.of(OciRuntime.VARIABLE, "/no/such"), folder))
        .hasMessageContaining("/no/such");
    assertThatThrownBy(() -> OciRuntime.find(Map.of(OciRuntime.VARIABLE, "nosuch"), folder))
        .hasMessageContaining("nosuch");
  }
}
