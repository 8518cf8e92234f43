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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Containers as they are described and started; that the runtimes take it is tried in the
/// integration tests.
final class ContainerTest {
  @TempDir private Path folder;

  private static ContainerSpec spec(boolean ownProcesses, boolean narrow) {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("Z", "1");
    environment.put("A", "2");
    return new ContainerSpec(
        Path.of("/root-folder"),
        List.of("a", "b c"),
        environment,
        "/work",
        new Account(33, 44, List.of(50), "/srv"),
        true,
        ownProcesses,
        true,
        narrow,
        List.of(new ContainerSpec.Bind(Path.of("/etc/resolv.conf"), "/etc/resolv.conf", false)));
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
    JsonNode config = JsonMapper.shared().readTree(spec(true, false).json());

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
  void systemCallsThatReachBeyondAContainerAreRefused() {
    JsonNode seccomp =
        JsonMapper.shared().readTree(spec(true, false).json()).get("linux").get("seccomp");

    List<String> refused = new ArrayList<>();
    for (JsonNode rule : seccomp.get("syscalls")) {
      assertThat(rule.get("action").stringValue()).isEqualTo("SCMP_ACT_ERRNO");
      refused.addAll(texts(rule.get("names"), ""));
    }
    assertThat(refused)
        .contains("keyctl", "bpf", "mount", "unshare", "kexec_load", "clone3", "clone")
        .doesNotContain("execve", "openat");
  }

  @Test
  void anInsecureContainerIsNotConfined() {
    ContainerSpec plain = spec(true, false);
    Confinement open =
        new Confinement(true, false, 1024, List.of(Confinement.Limit.of("nofile", 1, -1)));
    ContainerSpec spec =
        new ContainerSpec(
            plain.root(),
            plain.arguments(),
            plain.environment(),
            plain.workingFolder(),
            plain.user(),
            false,
            true,
            false,
            false,
            List.of(),
            open);

    JsonNode config = JsonMapper.shared().readTree(spec.json());

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
  void processesAreItsOwnOnlyWhenAsked() {
    for (boolean own : new boolean[] {true, false}) {
      JsonNode config = JsonMapper.shared().readTree(spec(own, false).json());
      assertThat(texts(config.get("linux").get("namespaces"), "type").contains("pid"))
          .isEqualTo(own);
    }
  }

  private Path program(String name) throws IOException {
    Path file = Files.createFile(folder.resolve(name));
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void runcAndCrunAreTalkedToInTheirOwnWords() throws IOException {
    List<String> runc =
        new OciRuntime(program("runc"), folder).prepare("x", spec(true, false)).command();
    List<String> crun =
        new OciRuntime(program("crun"), folder).prepare("y", spec(true, true)).command();

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
