package org.anyarch.build.containerfile;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

final class RunFlagsProperties {
  private static final Location PLACE = new Location("Containerfile", 1, 1);

  @Provide
  Arbitrary<String> paths() {
    return Arbitraries.strings().withCharRange(' ', '~').excludeChars('$').ofMaxLength(30);
  }

  /// As a caller writes a field that may hold anything: quoted, its quotes doubled.
  private static String field(String key, String value) {
    return "\"" + key + "=" + value.replace("\"", "\"\"") + "\"";
  }

  @Property
  void whatIsQuotedComesBackAsItWas(@ForAll("paths") String source, @ForAll("paths") String target)
      throws ContainerfileException {
    String text = field("source", source) + ",rw," + field("target", target + "x");

    Mount mount = MountFlag.parse(new Word(text, PLACE)).mount(Word::text);

    assertThat(mount).isEqualTo(new Mount.Bind(PLACE, target + "x", source, "", true));
  }

  @Provide
  Arbitrary<String> nearlyFlags() {
    return Arbitraries.of(
            "type=",
            "cache",
            "bind",
            "secret",
            "ssh",
            "tmpfs",
            ",",
            "=",
            "\"",
            "id",
            "size=",
            "1g",
            "9",
            "mode=",
            "uid=",
            "target=/",
            "rw",
            "ro=",
            "from=",
            "$",
            "sharing=",
            "é",
            "")
        .list()
        .ofMaxSize(12)
        .map(parts -> String.join("", parts));
  }

  @Property
  void anyValueIsAMountOrRefusedAtItsPlace(@ForAll("nearlyFlags") String text) {
    try {
      Mount mount = MountFlag.parse(new Word(text, PLACE)).mount(Word::text);
      assertThat(mount.location()).isEqualTo(PLACE);
    } catch (ContainerfileException e) {
      assertThat(e).hasMessageStartingWith("Containerfile:1:1: RUN --mount: ");
    }
  }
}
