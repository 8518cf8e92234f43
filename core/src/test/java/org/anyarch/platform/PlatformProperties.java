package org.anyarch.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

final class PlatformProperties {
  @Provide
  Arbitrary<Platform> platforms() {
    List<Platform> known = new ArrayList<>();
    for (Guest guest : Guest.all()) {
      guest.platform().ifPresent(known::add);
    }
    for (String variant : List.of("", "v5", "v6", "v7", "v8")) {
      known.add(new Platform("linux", "arm", variant));
    }
    for (String variant : List.of("v1", "v2", "v3", "v4")) {
      known.add(new Platform("linux", "amd64", variant));
    }
    return Arbitraries.of(known);
  }

  @Property
  void textIsReadAsItWasWritten(@ForAll("platforms") Platform platform) throws PlatformException {
    assertThat(Platform.parse(platform.toString())).isEqualTo(platform);
  }

  @Property
  void everyMachineRunsItsOwnImages(@ForAll("platforms") Platform platform) {
    assertThat(platform.canRun(platform)).isTrue();
    assertThat(platform.canRun(platform.normalized())).isTrue();
  }

  @Property
  void whatRunsRunsTransitively(
      @ForAll("platforms") Platform a,
      @ForAll("platforms") Platform b,
      @ForAll("platforms") Platform c) {
    if (a.canRun(b) && b.canRun(c)) {
      assertThat(a.canRun(c)).isTrue();
    }
  }

  @Property
  void anyTextIsAPlatformOrAOneLineRefusal(@ForAll String text) {
    try {
      assertThat(Platform.parse(text).os()).isEqualTo("linux");
    } catch (PlatformException e) {
      assertThat(e).hasMessageContaining("platform");
    }
  }
}
