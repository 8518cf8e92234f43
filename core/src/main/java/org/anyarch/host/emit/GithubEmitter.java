package org.anyarch.host.emit;

import java.util.List;

/// A workflow of GitHub Actions.
final class GithubEmitter implements Emitter {
  @Override
  public String name() {
    return "github";
  }

  @Override
  public String summary() {
    return "a GitHub Actions workflow";
  }

  @Override
  public List<Emission> emit(EmitRequest request) throws EmitException {
    Recipe recipe = Recipe.of(request, "a workflow");
    String content =
        """
        # Written by anyarch %s.
        name: anyarch
        on: [push, pull_request]
        permissions:
          contents: read
        jobs:
          build:
            runs-on: ubuntu-24.04
            steps:
              - uses: actions/checkout@v5
              - name: Build, emulated privately
                id: private
                run: |
                  status=0
                  %s || status=$?
                  echo "status=$status" >> "$GITHUB_OUTPUT"
                  # %d: this runner allows no handlers of one's own; the next steps give it its own
                  if [ "$status" -ne 0 ] && [ "$status" -ne %d ]; then exit "$status"; fi
              - name: Register handlers on the runner, where it allows no private ones
                if: steps.private.outputs.status == '%d'
                run: |
                  %s
              - name: Build with the runner's handlers
                if: steps.private.outputs.status == '%d'
                run: |
                  %s
        """
            .formatted(
                request.version(),
                recipe.build(),
                Recipe.NOT_HERE,
                Recipe.NOT_HERE,
                Recipe.NOT_HERE,
                recipe.install(),
                Recipe.NOT_HERE,
                recipe.build());
    return List.of(
        new Emission(
            ".github/workflows/anyarch.yml",
            Emission.PLAIN,
            content,
            List.of(
                "# the image is in the folder image of the job, an OCI layout named app",
                "git add .github/workflows/anyarch.yml")));
  }
}
