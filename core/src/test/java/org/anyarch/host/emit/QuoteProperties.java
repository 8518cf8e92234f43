package org.anyarch.host.emit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

final class QuoteProperties {
  /// What no language of these can hold is replaced.
  private static String whole(String text) {
    StringBuilder whole = new StringBuilder();
    text.codePoints().forEach(c -> whole.appendCodePoint(c >= 0xd800 && c <= 0xdfff ? 0xfffd : c));
    return whole.toString();
  }

  @Property
  void yamlReadsWhatWasMeant(@ForAll String text, @ForAll @Size(max = 4) List<String> list) {
    String document =
        "a:\n  - b: " + Quote.string(text) + " # c\n  - " + Quote.strings(list) + "\n";

    Object read = Readers.yaml(document).getFirst();

    assertThat(Readers.at(read, "a", 0, "b")).isEqualTo(whole(text));
    assertThat(Readers.at(read, "a", 1))
        .isEqualTo(list.stream().map(QuoteProperties::whole).toList());
  }

  @Property
  void tomlReadsWhatWasMeant(@ForAll String text, @ForAll @Size(max = 4) List<String> list) {
    String document =
        "[a.b]\nc = " + Quote.string(text) + " # d\ne = " + Quote.strings(list) + "\n";

    var read = Readers.toml(document);

    assertThat(read.at("/a/b/c").stringValue()).isEqualTo(whole(text));
    assertThat(read.at("/a/b/e").valueStream().map(n -> n.stringValue()).toList())
        .isEqualTo(list.stream().map(QuoteProperties::whole).toList());
  }

  @Property
  void everythingIsOneLine(@ForAll String text) {
    for (String quoted :
        List.of(Quote.string(text), Quote.groovy(text), Quote.systemd(text), Quote.shown(text))) {
      assertThat(quoted.chars()).allMatch(c -> c >= ' ' && c != 0x7f);
    }
  }
}
