package org.anyarch.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The profile as runtimes read it; that it lets programs of every architecture run is tried in the
/// integration tests.
final class SystemCallsTest {
  private static JsonNode profile(String machine, List<String> capabilities) {
    ObjectNode seccomp = JsonNodeFactory.instance.objectNode();
    SystemCalls.describe(seccomp, machine, Set.copyOf(capabilities));
    return seccomp;
  }

  /// The names of rules that look at no argument.
  private static List<String> names(JsonNode profile, String action) {
    List<String> names = new ArrayList<>();
    for (JsonNode rule : profile.get("syscalls")) {
      if (rule.get("action").stringValue().equals(action) && !rule.has("args")) {
        rule.get("names").forEach(name -> names.add(name.stringValue()));
      }
    }
    return names;
  }

  private static List<String> allowed(JsonNode profile) {
    return names(profile, "SCMP_ACT_ALLOW");
  }

  private static List<String> refused(JsonNode profile) {
    return names(profile, "SCMP_ACT_ERRNO");
  }

  @Test
  void whatIsNotListedDoesNotExist() {
    JsonNode profile = profile("amd64", Capabilities.DEFAULT);

    assertThat(profile.get("defaultAction").stringValue()).isEqualTo("SCMP_ACT_ERRNO");
    assertThat(profile.get("defaultErrnoRet").intValue()).isEqualTo(38);
    assertThat(allowed(profile)).doesNotContain("clone3").contains("execve", "openat", "chroot");
    assertThat(refused(profile)).doesNotContain("clone3");
  }

  @Test
  void whatReachesBeyondAContainerIsRefused() {
    JsonNode profile = profile("amd64", Capabilities.DEFAULT);

    assertThat(refused(profile))
        .contains("keyctl", "bpf", "mount", "unshare", "kexec_load", "io_uring_setup", "reboot");
  }

  @Test
  void capabilitiesOpenWhatTheyAreFor() {
    List<String> refused = refused(profile("amd64", Capabilities.DEFAULT));
    List<String> open = allowed(profile("amd64", Capabilities.ALL));

    assertThat(refused).contains("mount", "bpf", "syslog", "acct", "kcmp");
    assertThat(open).contains("mount", "bpf", "syslog", "acct", "kcmp");
    assertThat(allowed(profile("amd64", List.of()))).doesNotContain("chroot");
  }

  @ParameterizedTest
  @ValueSource(strings = {"amd64", "aarch64", "s390x", "ppc64le", "riscv64", "other"})
  void everyCallHasOneAnswer(String machine) {
    JsonNode profile = profile(machine, Capabilities.DEFAULT);

    // libseccomp does not say what it makes of two.
    List<String> all = new ArrayList<>(allowed(profile));
    all.addAll(refused(profile));
    assertThat(all).doesNotHaveDuplicates().doesNotContain("clone", "personality", "socket", "");
    assertThat(new HashSet<>(all)).hasSizeGreaterThan(350);
    assertThat(all.contains("arch_prctl")).isEqualTo(machine.equals("amd64"));
    assertThat(all.contains("set_tls")).isEqualTo(machine.equals("aarch64"));
  }

  @Test
  void newNamespacesAreRefusedByTheirFlags() {
    for (String machine : List.of("amd64", "s390x")) {
      long refused = 0;
      for (JsonNode rule : profile(machine, Capabilities.DEFAULT).get("syscalls")) {
        if (rule.get("names").get(0).stringValue().equals("clone")) {
          JsonNode argument = rule.get("args").get(0);
          assertThat(argument.get("index").intValue()).isEqualTo(machine.equals("s390x") ? 1 : 0);
          if (rule.has("errnoRet")) {
            refused |= argument.get("value").longValue();
          } else {
            assertThat(argument.get("value").longValue()).isEqualTo(0x7E020000L);
          }
        }
      }
      assertThat(refused).isEqualTo(0x7E020000L);
    }
  }
}
