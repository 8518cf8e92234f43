package org.anyarch.host.emit;

import static org.anyarch.host.emit.Readers.at;
import static org.anyarch.host.emit.Readers.request;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class DaemonSetTest {
  private static List<Object> documents(EmitRequest request) throws EmitException {
    return Readers.yaml(Readers.only("daemonset", request).content());
  }

  private static Object pod(EmitRequest request) throws EmitException {
    return at(documents(request).get(1), "spec", "template", "spec");
  }

  @Test
  void itIsANamespaceThatAllowsPrivilegeAndADaemonSet() throws EmitException {
    List<Object> documents = documents(request());

    assertThat(documents).extracting(d -> at(d, "kind")).containsExactly("Namespace", "DaemonSet");
    assertThat(at(documents.get(0), "metadata", "labels", "pod-security.kubernetes.io/enforce"))
        .isEqualTo("privileged");
    assertThat(at(documents.get(1), "apiVersion")).isEqualTo("apps/v1");
    assertThat(at(documents.get(1), "metadata", "namespace"))
        .isEqualTo(at(documents.get(0), "metadata", "name"));
  }

  @Test
  void theSelectorFindsItsPods() throws EmitException {
    Object set = documents(request()).get(1);

    assertThat(at(set, "spec", "template", "metadata", "labels"))
        .isEqualTo(at(set, "spec", "selector", "matchLabels"));
  }

  @Test
  void itSeesTheHostAndGoesEverywhere() throws EmitException {
    Object pod = pod(request());

    assertThat(at(pod, "hostPID")).isEqualTo(true);
    assertThat(at(pod, "containers", 0, "securityContext", "privileged")).isEqualTo(true);
    assertThat(at(pod, "nodeSelector")).isEqualTo(Map.of("kubernetes.io/os", "linux"));
    assertThat(at(pod, "tolerations")).isEqualTo(List.of(Map.of("operator", "Exists")));
    assertThat(at(pod, "priorityClassName")).isEqualTo("system-node-critical");
    assertThat(at(pod, "automountServiceAccountToken")).isEqualTo(false);
  }

  @Test
  void theKeepersOwnProbesDecide() throws EmitException {
    Object container = at(pod(request()), "containers", 0);

    assertThat(at(container, "command"))
        .isEqualTo(List.of("anyarch", "host", "keep", "linux/arm64", "linux/arm/v7", "hexagon"));
    assertThat(at(container, "readinessProbe", "exec", "command"))
        .isEqualTo(List.of("anyarch", "host", "keep", "--ready"));
    assertThat(at(container, "livenessProbe", "exec", "command"))
        .isEqualTo(List.of("anyarch", "host", "keep", "--live"));
  }

  @Test
  void emulatorsAreOnTheHostUnderTheSamePath() throws EmitException {
    for (EmitRequest request :
        List.of(request(), request().withFolder(Path.of("/opt/it's \"mine\" #1")))) {
      Object pod = pod(request);
      assertThat(at(pod, "volumes", 0, "hostPath", "path"))
          .isEqualTo(at(pod, "containers", 0, "volumeMounts", 0, "mountPath"))
          .isEqualTo(request.home());
      assertThat(at(pod, "volumes", 0, "name"))
          .isEqualTo(at(pod, "containers", 0, "volumeMounts", 0, "name"));
    }
  }

  @Test
  void everyKeyIsOneOfKubernetes() throws EmitException {
    assertThat(keys(pod(request())))
        .containsExactlyInAnyOrder(
            "hostPID",
            "automountServiceAccountToken",
            "priorityClassName",
            "nodeSelector",
            "tolerations",
            "terminationGracePeriodSeconds",
            "containers",
            "volumes");
    assertThat(keys(at(pod(request()), "containers", 0)))
        .containsExactlyInAnyOrder(
            "name",
            "image",
            "command",
            "securityContext",
            "startupProbe",
            "readinessProbe",
            "livenessProbe",
            "resources",
            "volumeMounts");
  }

  private static List<String> keys(Object node) {
    return ((Map<?, ?>) node).keySet().stream().map(String::valueOf).toList();
  }
}
