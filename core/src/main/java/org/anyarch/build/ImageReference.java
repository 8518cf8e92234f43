package org.anyarch.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.anyarch.build.solve.BaseImage;
import org.anyarch.oci.Descriptor;
import org.anyarch.oci.Layout;
import org.anyarch.oci.MediaType;
import org.anyarch.oci.OciException;
import org.anyarch.oci.Resolved;
import org.anyarch.platform.Platform;

/// Where an image is: in an OCI layout folder (`oci:DIR`, `oci:DIR:TAG`, or with the
/// `oci-layout://` of named contexts), or in a registry, by any other name.
public sealed interface ImageReference {
  /// @param folder the layout
  /// @param tag which image of it, by its tag or its whole name; empty for its only one
  record InLayout(Path folder, String tag) implements ImageReference {
    @Override
    public String toString() {
      return "oci:" + folder + (tag.isEmpty() ? "" : ":" + tag);
    }

    private RegistryImages.Pulled open() throws IOException {
      Layout layout = Layout.open(folder);
      Optional<Descriptor> found = tag.isEmpty() ? Optional.of(layout.only()) : layout.named(tag);
      return new RegistryImages.Pulled(
          layout,
          found.orElseThrow(
              () -> new OciException("the layout " + folder + " has no image named " + tag)));
    }
  }

  /// @param name as users write it: `debian`, `debian:13`, `example.org/team/app@sha256:…`
  record InRegistry(String name) implements ImageReference {
    @Override
    public String toString() {
      return name;
    }
  }

  /// @param relativeTo what a relative DIR starts from
  /// @throws BuildException if `text` names an OCI layout without a folder
  static ImageReference parse(String text, Path relativeTo) throws BuildException {
    for (String layout : List.of("oci-layout://", "oci:")) {
      if (text.startsWith(layout)) {
        String rest = text.substring(layout.length());
        if (rest.isEmpty()) {
          throw new BuildException(text + " names no folder; say oci:DIR or oci:DIR:TAG");
        }
        int end = folderEnd(rest, relativeTo);
        return new InLayout(
            relativeTo.resolve(rest.substring(0, end)),
            end == rest.length() ? "" : rest.substring(end + 1));
      }
    }
    for (String registry : List.of("docker-image://", "docker://")) {
      if (text.startsWith(registry)) {
        return new InRegistry(text.substring(registry.length()));
      }
    }
    return new InRegistry(text);
  }

  /// Both names may have colons, the folder's and the image's (`NAME:TAG`): what is a folder is
  /// one.
  private static int folderEnd(String text, Path relativeTo) {
    if (Files.isDirectory(relativeTo.resolve(text))) {
      return text.length();
    }
    for (int colon = text.indexOf(':', 1); colon > 0; colon = text.indexOf(':', colon + 1)) {
      if (Files.isDirectory(relativeTo.resolve(text.substring(0, colon)))) {
        return colon;
      }
    }
    int last = text.lastIndexOf(':');
    return last > 0 ? last : text.length();
  }

  private RegistryImages.Pulled in(RegistryImages registries) throws IOException {
    return switch (this) {
      case InLayout layout -> layout.open();
      case InRegistry registry -> registries.pull(registry.name());
    };
  }

  /// The platform to open the image for: `wanted`, unless the image is one alone and made for
  /// another.
  default Platform platform(Platform wanted, RegistryImages registries) throws IOException {
    RegistryImages.Pulled pulled = in(registries);
    if (!MediaType.isManifest(pulled.image().mediaType())) {
      return wanted;
    }
    Layout layout = pulled.layout();
    Platform own = layout.config(layout.manifest(pulled.image())).platform();
    return wanted.best(List.of(own)).isEmpty() ? own : wanted;
  }

  /// Reads the image's manifest and configuration for `platform`.
  default BaseImage open(Platform platform, RegistryImages registries) throws IOException {
    RegistryImages.Pulled pulled = in(registries);
    Resolved found = pulled.layout().resolve(pulled.image(), platform);
    return new BaseImage(
        pulled.layout(), pulled.image(), found.config(), found.manifest().layers());
  }
}
