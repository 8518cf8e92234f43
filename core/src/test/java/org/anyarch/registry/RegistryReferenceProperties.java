package org.anyarch.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.anyarch.oci.Digest;

final class RegistryReferenceProperties {
  @Provide
  Arbitrary<RegistryReference> references() {
    Arbitrary<String> words =
        Arbitraries.strings().withCharRange('a', 'z').numeric().ofMinLength(1).ofMaxLength(12);
    Arbitrary<String> hosts =
        Combinators.combine(words, Arbitraries.of("", ".io", ".example.org", ":1", ":65535"))
            .as((word, end) -> end.isEmpty() ? "localhost" : word + end);
    Arbitrary<String> repositories =
        Combinators.combine(words, Arbitraries.of(".", "_", "__", "-", "---", "/"))
            .as((word, separator) -> word + separator)
            .list()
            .ofMaxSize(4)
            .flatMap(parts -> words.map(last -> String.join("", parts) + last));
    Arbitrary<String> tags =
        Arbitraries.oneOf(Arbitraries.just(""), words.map(word -> "_" + word + ".-"));
    Arbitrary<byte[]> contents = Arbitraries.bytes().array(byte[].class).ofMaxSize(3);
    return Combinators.combine(hosts, repositories, tags, contents.optional())
        .as(
            (host, repository, tag, content) ->
                new RegistryReference(
                    host, repository, tag, content.map(Digest::ofSha256).orElse(null)));
  }

  /// What was printed is read as the same; so nothing can be put into a name that is another's.
  @Property
  void aReferenceIsReadAsItWasPrinted(@ForAll("references") RegistryReference reference)
      throws RegistryException {
    assertThat(RegistryReference.parse(reference.toString())).isEqualTo(reference);
    assertThat(RegistryReference.parse("docker://" + reference)).isEqualTo(reference);
  }

  @Provide
  Arbitrary<String> hostile() {
    Arbitrary<String> pieces =
        Arbitraries.of(
            "a",
            "B",
            "0",
            ".",
            "..",
            "/",
            "//",
            ":",
            "@",
            "sha256:",
            "[",
            "]",
            "_",
            "-",
            "%2f",
            "\\",
            "?",
            "#",
            "\n",
            "\0",
            "é",
            "docker://",
            "localhost",
            "443",
            "x.y",
            " ");
    return Arbitraries.oneOf(
        Arbitraries.strings().ofMaxLength(300),
        pieces.list().ofMaxSize(12).map(parts -> String.join("", parts)));
  }

  /// Whatever is taken leads to the host that is shown, below its repository, and nowhere else.
  @Property(tries = 5000)
  void anyTextIsRefusedOrLeadsWhereItSays(@ForAll("hostile") String text) {
    RegistryReference read;
    try {
      read = RegistryReference.parse(text);
    } catch (RegistryException refused) {
      assertThat(refused.getMessage()).contains("names no image");
      return;
    }
    assertThat(read.toString()).matches("[A-Za-z0-9.:\\[\\]/_@-]+");
    Endpoint endpoint = new Endpoint(read.registry(), read.repository(), false);
    try {
      URI uri = endpoint.uri("https", read.repository() + "/manifests/" + read.version());
      assertThat(uri.getRawAuthority()).isEqualTo(endpoint.authority());
      assertThat(uri.normalize()).isEqualTo(uri);
      assertThat(uri.getRawQuery()).isNull();
      assertThat(uri.getRawPath())
          .isEqualTo("/v2/" + read.repository() + "/manifests/" + read.version());
    } catch (RegistryException noHost) {
      assertThat(noHost.reason()).isEqualTo(RegistryException.Reason.NAME);
    }
  }

  @Property
  void anyChallengeIsRead(@ForAll String header) {
    assertThat(Challenge.parse(java.util.List.of(header))).isNotNull();
  }
}
