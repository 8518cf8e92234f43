package org.anyarch.build;

import java.util.LinkedHashMap;
import java.util.Map;
import org.anyarch.build.plan.ImageSettings;
import org.anyarch.oci.ImageConfig;

/// What an image's configuration says, as plans see it.
public final class Settings {
  private Settings() {}

  static ImageSettings of(ImageConfig config) {
    return ImageSettings.NONE
        .withEnv(environment(config))
        .withUser(config.user())
        .withWorkingDir(config.workingDir())
        .withEntrypoint(config.entrypoint())
        .withCmd(config.cmd())
        .withShell(config.shell().isEmpty() ? ImageSettings.DEFAULT_SHELL : config.shell())
        .withLabels(config.labels())
        .withExposedPorts(config.exposedPorts())
        .withVolumes(config.volumes())
        .withStopSignal(config.stopSignal())
        .withAuthor(config.author())
        .withHealthcheck(config.healthcheck())
        .withOnBuild(config.onBuild());
  }

  /// The variables in their order; the last of a name wins.
  public static Map<String, String> environment(ImageConfig config) {
    Map<String, String> environment = new LinkedHashMap<>();
    for (String variable : config.env()) {
      int equals = variable.indexOf('=');
      if (equals > 0) {
        environment.put(variable.substring(0, equals), variable.substring(equals + 1));
      }
    }
    return environment;
  }
}
