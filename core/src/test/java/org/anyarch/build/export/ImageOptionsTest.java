package org.anyarch.build.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.anyarch.build.BuildException;
import org.anyarch.build.export.ImageOptions.Place;
import org.anyarch.platform.Platform;
import org.anyarch.platform.PlatformException;
import org.junit.jupiter.api.Test;

final class ImageOptionsTest {
  private static ImageOptions options(String annotation) throws BuildException {
    return new ImageOptions(Map.of(), ImageOptions.annotation(annotation));
  }

  @Test
  void anAnnotationStandsWhereItSays() throws BuildException, PlatformException {
    Platform amd64 = Platform.parse("linux/amd64");
    Platform arm64 = Platform.parse("linux/arm64");

    assertThat(options("a.b=c=d").at(Place.MANIFEST, amd64))
        .containsExactly(Map.entry("a.b", "c=d"));
    assertThat(options("index:a=b").at(Place.INDEX)).containsKey("a");
    assertThat(options("index:a=b").at(Place.MANIFEST, amd64)).isEmpty();
    assertThat(options("manifest-descriptor,index:a=b").at(Place.MANIFEST_DESCRIPTOR, amd64))
        .containsKey("a");
    ImageOptions one = options("manifest[linux/amd64]:a=b");
    assertThat(one.at(Place.MANIFEST, amd64)).containsKey("a");
    assertThat(one.at(Place.MANIFEST, arm64)).isEmpty();
    assertThat(one.platforms()).containsExactly(amd64.normalized());
  }

  @Test
  void whatIsNoAnnotationIsRefused() {
    for (String text :
        List.of(
            "a",
            "=b",
            "org:a=b",
            "Indx,index:a=b",
            "index[linux/amd64]:a=b",
            "manifest[moon]:a=b")) {
      assertThatThrownBy(() -> ImageOptions.annotation(text))
          .as(text)
          .isInstanceOf(BuildException.class);
    }
  }
}
