package org.anyarch.build;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.anyarch.build.containerfile.Location;
import org.anyarch.build.plan.BaseImages;
import org.anyarch.build.plan.BaseReference;
import org.anyarch.build.plan.ContextName;
import org.anyarch.build.plan.CopySource;
import org.anyarch.build.plan.PlannedMount;
import org.anyarch.build.plan.PlannedStage;
import org.anyarch.build.plan.PlannedStep;
import org.anyarch.build.solve.BaseImage;
import org.anyarch.build.solve.Solver;
import org.anyarch.oci.ImageConfig;
import org.anyarch.platform.Platform;

/// The images that a build's FROM, COPY --from and mounts name.
///
/// @param context what paths of layouts are relative to
/// @param registries images of registries
record NamedImages(NamedContexts named, Path context, RegistryImages registries)
    implements Solver.Images, BaseImages {
  @Override
  public BaseImage find(BaseReference.Image reference, Platform platform)
      throws IOException, BuildException {
    ImageReference image = locate(reference);
    return image.open(image.platform(platform, registries), registries);
  }

  @Override
  public ImageConfig config(BaseReference.Image reference, Platform platform) throws IOException {
    try {
      return find(reference, platform).config();
    } catch (BuildException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  @Override
  public Platform platform(BaseReference.Image reference, Platform wanted) throws IOException {
    try {
      return locate(reference).platform(wanted, registries);
    } catch (BuildException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private ImageReference locate(BaseReference.Image image) throws BuildException {
    ImageReference known = named.images().get(ContextName.of(image.name()));
    if (known != null) {
      return known;
    }
    return ImageReference.parse(image.name(), context);
  }

  /// Images that only a COPY or a mount names are looked for before the first step runs, as those
  /// of FROM are.
  void requireCopied(List<PlannedStage> stages) throws BuildException {
    for (PlannedStage stage : stages) {
      for (PlannedStep step : stage.steps()) {
        if (step instanceof PlannedStep.CopyStep copy
            && copy.source() instanceof CopySource.Image image) {
          require(image, stage, step.location());
        }
        if (step instanceof PlannedStep.RunStep run) {
          for (PlannedMount mount : run.setup().mounts()) {
            if (mount.source().orElse(null) instanceof CopySource.Image image) {
              require(image, stage, mount.mount().location());
            }
          }
        }
      }
    }
  }

  private void require(CopySource.Image image, PlannedStage stage, Location location)
      throws BuildException {
    try {
      find(image.reference(), stage.platform());
    } catch (BuildException | IOException e) {
      throw new BuildException(location + ": " + e.getMessage(), e);
    }
  }
}
