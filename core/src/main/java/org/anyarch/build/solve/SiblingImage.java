package org.anyarch.build.solve;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.anyarch.build.Progress;
import org.anyarch.oci.OciException;
import org.anyarch.platform.Platform;
import org.anyarch.twins.Twins;

/// The same image for this machine's platform, as a source of twins. It is unpacked only if
/// something is wanted of it that is not kept.
///
/// @param name tells it from others, by what is in it
public record SiblingImage(
    String name, BaseImage image, BaseLayers layers, Overlays overlays, Progress progress)
    implements Twins.Source {

  /// That of `image`, if its index has one.
  public static Optional<Twins.Source> of(
      BaseImage image, BaseLayers layers, Overlays overlays, Progress progress) throws IOException {
    Optional<BaseImage> sibling = image.sibling(Platform.host());
    return sibling.isPresent()
        ? Optional.of(
            new SiblingImage(name(sibling.get()), sibling.get(), layers, overlays, progress))
        : Optional.empty();
  }

  private static String name(BaseImage image) throws OciException {
    return BaseLayers.chain(image).toString();
  }

  @Override
  public Opened open() throws IOException, InterruptedException {
    Overlays.Mounted mounted = overlays.readable(layers.unpack(image, Platform.host(), progress));
    return new Opened() {
      @Override
      public Path root() {
        return mounted.root();
      }

      @Override
      public void close() throws IOException {
        mounted.close();
      }
    };
  }
}
