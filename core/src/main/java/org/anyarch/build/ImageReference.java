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

/// An image in an OCI layout folder: `oci:DIR`, `oci:DIR:TAG`, or with the `oci-layout://` of named
/// contexts.
///
/// @param folder the layout
/// @param tag which image of it, by its tag or its whole name; empty for its only one
public record ImageReference(Path folder, String tag) {
  /// @param relativeTo what a relative DIR starts from
  /// @throws BuildException if `text` names no OCI layout
  public static ImageReference parse(String text, Path relativeTo) throws BuildException {
    String rest;
    if (text.startsWith("oci-layout://")) {
      rest = text.substring("oci-layout://".length());
    } else if (text.startsWith("oci:")) {
      rest = text.substring("oci:".length());
    } else {
      throw new BuildException(
          "cannot get "
              + text
              + ": images come from OCI layouts yet, not from registries; say oci:DIR or oci:DIR:TAG");
    }
    if (rest.isEmpty()) {
      throw new BuildException(text + " names no folder; say oci:DIR or oci:DIR:TAG");
    }
    int end = folderEnd(rest, relativeTo);
    return new ImageReference(
        relativeTo.resolve(rest.substring(0, end)),
        end == rest.length() ? "" : rest.substring(end + 1));
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

  /// The platform to open the image for: `wanted`, unless the image is one alone and made for
  /// another.
  public Platform platform(Platform wanted) throws IOException {
    Layout layout = Layout.open(folder);
    Descriptor root = tag.isEmpty() ? layout.only() : named(layout);
    if (!MediaType.isManifest(root.mediaType())) {
      return wanted;
    }
    Platform own = layout.config(layout.manifest(root)).platform();
    return wanted.best(List.of(own)).isEmpty() ? own : wanted;
  }

  /// Reads the image's manifest and configuration for `platform`.
  public BaseImage open(Platform platform) throws IOException {
    Layout layout = Layout.open(folder);
    Descriptor root = tag.isEmpty() ? layout.only() : named(layout);
    Resolved found = layout.resolve(root, platform);
    return new BaseImage(layout, root, found.config(), found.manifest().layers());
  }

  private Descriptor named(Layout layout) throws IOException {
    Optional<Descriptor> found = layout.named(tag);
    return found.orElseThrow(
        () -> new OciException("the layout " + folder + " has no image named " + tag));
  }

  @Override
  public String toString() {
    return "oci:" + folder + (tag.isEmpty() ? "" : ":" + tag);
  }
}
