package org.anyarch.host.emit;

import java.util.ArrayList;
import java.util.List;

/// A keeper on every node of a Kubernetes cluster.
final class DaemonSetEmitter implements Emitter {
  @Override
  public String name() {
    return "daemonset";
  }

  @Override
  public String summary() {
    return "a Kubernetes DaemonSet that keeps the handlers of every node";
  }

  @Override
  public List<Emission> emit(EmitRequest request) throws EmitException {
    List<String> keep = new ArrayList<>(List.of("anyarch"));
    keep.addAll(request.arguments("host", "keep"));
    String content =
        """
        # Written by anyarch %s. Handlers for programs of other architectures on every node: installed
        # when the pod starts, put back when somebody removes them.
        #
        # EKS Auto Mode: its Bottlerocket nodes take no settings, so this is the way there. A new node
        # takes pods before this one is ready: let builds wait for it (an init container that runs a
        # foreign program), or retry. Nodes are replaced at the latest after 21 days; the DaemonSet
        # comes along.
        # Fargate runs no DaemonSets and allows nothing privileged: use anyarch build there.
        apiVersion: v1
        kind: Namespace
        metadata:
          name: anyarch
          labels:
            # It needs to be privileged; where policies forbid that, it is not admitted.
            pod-security.kubernetes.io/enforce: privileged
        ---
        apiVersion: apps/v1
        kind: DaemonSet
        metadata:
          name: anyarch-host
          namespace: anyarch
          labels:
            app.kubernetes.io/name: anyarch-host
            app.kubernetes.io/version: %s
        spec:
          selector:
            matchLabels:
              app.kubernetes.io/name: anyarch-host
          updateStrategy:
            type: RollingUpdate
            rollingUpdate:
              maxUnavailable: 10%%
          template:
            metadata:
              labels:
                app.kubernetes.io/name: anyarch-host
            spec:
              # The host's processes: handlers have to be registered where PID 1 sees them.
              hostPID: true
              automountServiceAccountToken: false
              priorityClassName: system-node-critical
              nodeSelector:
                kubernetes.io/os: linux
              # Every node, also one that is new, tainted or being drained.
              tolerations:
                - operator: Exists
              terminationGracePeriodSeconds: 10
              containers:
                - name: keep
                  image: %s
                  command: %s
                  securityContext:
                    privileged: true
                  # Ready: every wanted platform's probe has run. Alive: the keeper still looks.
                  startupProbe:
                    exec:
                      command: ["anyarch", "host", "keep", "--ready"]
                    periodSeconds: 5
                    timeoutSeconds: 10
                    failureThreshold: 24
                  readinessProbe:
                    exec:
                      command: ["anyarch", "host", "keep", "--ready"]
                    periodSeconds: 30
                    timeoutSeconds: 10
                  livenessProbe:
                    exec:
                      command: ["anyarch", "host", "keep", "--live"]
                    periodSeconds: 60
                    timeoutSeconds: 10
                    failureThreshold: 3
                  resources:
                    requests:
                      cpu: 10m
                      memory: 64Mi
                    limits:
                      memory: 512Mi
                  volumeMounts:
                    - name: emulators
                      mountPath: %s
              volumes:
                # On the host itself, so that the files outlive the pod and bear a label that every
                # container may map.
                - name: emulators
                  hostPath:
                    path: %s
                    type: DirectoryOrCreate
        """
            .formatted(
                request.version(),
                Quote.string(label(request.version())),
                Quote.string(request.requiredImage("a DaemonSet")),
                Quote.strings(keep),
                Quote.string(request.home()),
                Quote.string(request.home()));
    return List.of(
        new Emission(
            "anyarch-daemonset.yaml",
            Emission.PLAIN,
            content,
            List.of(
                "kubectl apply -f anyarch-daemonset.yaml",
                "kubectl -n anyarch rollout status daemonset/anyarch-host")));
  }

  /// A label's value has neither + nor ~ and ends in a letter or digit.
  private static String label(String version) {
    return version.replaceAll("[+~]", "-").replaceAll("[^0-9A-Za-z]+\\z", "");
  }
}
