package org.anyarch.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.anyarch.registry.RegistryException.Reason;

/// Names, settings and answers from anywhere: each is read, or refused in one line.
final class RegistryFuzz {
  private static final Path FILE = Path.of("/file");

  @FuzzTest
  void names(FuzzedDataProvider data) throws RegistryException {
    String text = data.consumeRemainingAsString();
    RegistryReference reference;
    try {
      reference = RegistryReference.parse(text);
    } catch (RegistryException e) {
      assertThat(e).message().doesNotContain("\n").contains("names no image");
      return;
    }
    assertThat(RegistryReference.parse(reference.toString())).isEqualTo(reference);
  }

  @FuzzTest
  void registries(FuzzedDataProvider data) throws RegistryException {
    RegistryReference image = RegistryReference.parse("a.io/b/c:1");
    try {
      RegistriesConf conf = RegistriesConf.of(data.consumeRemainingAsBytes(), FILE);
      assertThat(conf.sources(image)).isNotEmpty();
      assertThat(conf.named("b")).isNotNull();
    } catch (RegistryException e) {
      assertThat(e).message().doesNotContain("\n");
    }
  }

  @FuzzTest
  void credentials(FuzzedDataProvider data) {
    Endpoint endpoint = new Endpoint("a.io", "b/c", false);
    try {
      AuthFile file =
          new AuthFile(
              FILE, Tree.json(data.consumeRemainingAsBytes(), FILE.toString(), Reason.SETTINGS));
      assertThat(file.entry(endpoint)).isNotNull();
      assertThat(file.before(endpoint)).isNotNull();
      assertThat(file.behind(endpoint)).isNotNull();
    } catch (RegistryException e) {
      assertThat(e).message().doesNotContain("\n").contains(FILE.toString());
    }
  }

  @FuzzTest
  void challenges(FuzzedDataProvider data) {
    String header = data.consumeRemainingAsString();
    for (Challenge challenge : Challenge.parse(List.of(header))) {
      assertThat(header.getBytes(StandardCharsets.UTF_8).length)
          .isGreaterThanOrEqualTo(challenge.scheme().length());
    }
  }
}
