package org.anyarch.host.emit;

import java.util.List;
import java.util.stream.Collectors;

/// A job of GitLab CI.
final class GitlabEmitter implements Emitter {
  @Override
  public String name() {
    return "gitlab";
  }

  @Override
  public String summary() {
    return "a GitLab CI job";
  }

  @Override
  public List<Emission> emit(EmitRequest request) throws EmitException {
    Recipe recipe = Recipe.of(request, "a job");
    String content =
        """
        # Written by anyarch %s. For runners with a privileged docker service, as GitLab's own are.
        anyarch:
          image: docker:28-cli
          services:
            - docker:28-dind
          variables:
            DOCKER_TLS_CERTDIR: "/certs"
          script:
            - |
        %s
          artifacts:
            paths:
              - image/
        """
            .formatted(
                request.version(),
                recipe.script().stream().map("      "::concat).collect(Collectors.joining("\n")));
    return List.of(
        new Emission(
            ".gitlab/anyarch.yml",
            Emission.PLAIN,
            content,
            List.of(
                "# in .gitlab-ci.yml:",
                "printf 'include:\\n  - local: .gitlab/anyarch.yml\\n' >> .gitlab-ci.yml")));
  }
}
