package org.anyarch.host.emit;

import java.util.List;

/// A declarative pipeline of Jenkins.
final class JenkinsEmitter implements Emitter {
  @Override
  public String name() {
    return "jenkins";
  }

  @Override
  public String summary() {
    return "a Jenkins pipeline";
  }

  @Override
  public List<Emission> emit(EmitRequest request) throws EmitException {
    Recipe recipe = Recipe.of(request, "a pipeline");
    String content =
        """
        // Written by anyarch %s.
        pipeline {
          agent { label 'linux && docker' }
          stages {
            stage('Build for every platform') {
              steps {
                script {
                  // Emulated privately first: nothing of the agent is changed.
                  def status = sh(returnStatus: true, script: %s)
                  if (status == %d) {
                    // This agent allows no handlers of one's own, so it gets its own.
                    sh(script: %s)
                    sh(script: %s)
                  } else if (status != 0) {
                    error('anyarch build ended with status ' + status)
                  }
                }
              }
            }
          }
          post {
            success { archiveArtifacts artifacts: 'image/**' }
          }
        }
        """
            .formatted(
                request.version(),
                Quote.groovy(recipe.build()),
                Recipe.NOT_HERE,
                Quote.groovy(recipe.install()),
                Quote.groovy(recipe.build()));
    return List.of(
        new Emission(
            "Jenkinsfile",
            Emission.PLAIN,
            content,
            List.of("# a pipeline from SCM finds it at the root of the repository")));
  }
}
